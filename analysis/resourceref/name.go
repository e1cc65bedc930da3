package resourceref

import (
	"net/url"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// name adds the resource that a value names, given the type that a table expects
// there; the value may be an ARN all the same, and then the ARN knows better.
// General is as in [operation.does].
func (w *walk) name(value, resourceType string, method analysis.Method, said analysis.Action, general bool) {
	if !usable(value) {
		return
	}
	if strings.HasPrefix(value, "arn%3A") { // as in the path of a URL
		value, _ = url.PathUnescape(value)
	}
	if strings.HasPrefix(value, "arn:") {
		w.arn(value, resourceType, "", method, said, general)
		return
	}
	ref := analysis.ResourceRef{Region: w.e.Region, Type: resourceType, ID: value, Method: method}
	known := false
	switch resourceType {
	case "AWS::Account":
		known = isAccount(value)
		if known {
			ref.AccountID = value
		} else {
			ref.Type, ref.Region = "", "" // the group "all", a service
		}
	case "AWS::IAM::User":
		if value == "AWS ROOT USER" {
			ref.Type, ref.ID = "AWS::Account", w.e.AccountID
		}
	case "AWS::S3::Bucket":
		ref.ID = strings.TrimPrefix(ref.ID, "s3://")
		ref.ID, _, _ = strings.Cut(ref.ID, "/")
	case "AWS::S3::Object":
		ref.ID, _, _ = strings.Cut(strings.TrimPrefix(ref.ID, "/"), "?versionId=")
	case "AWS::SQS::Queue":
		known = fromQueueURL(&ref)
	case "AWS::Lambda::Function":
		ref.ID = functionName(value)
	case "AWS::KMS::Key":
		if strings.HasPrefix(value, "alias/") {
			ref.Type = "AWS::KMS::Alias"
		}
	case "AWS::Route53::HostedZone":
		ref.ID = strings.TrimPrefix(value, "/hostedzone/")
	case "AWS::Logs::LogGroup":
		ref.ID = strings.TrimSuffix(value, ":*")
	case "":
		ref.ID = strings.TrimPrefix(value, "http://acs.amazonaws.com/groups/") // an S3 grantee: global/AllUsers
		if isAccount(value) {
			ref.Type, ref.AccountID, known = "AWS::Account", value, true
		} else if t, ok := w.r.idType(value); ok {
			ref.Type = t
		}
	}
	if ref.ID == "" || ref.Type == "AWS::S3::Object" && !w.op.mutating {
		return // reading logs name millions of objects; the bucket stands for them
	}
	if isGlobal(ref.Type) || ref.Type == "" && isPublic(ref.ID) {
		ref.Region = ""
	}
	ref.Action = w.op.does(ref.Type, said, general)
	w.add(ref, known)
}

// arn adds the resource of an ARN. Field is the name of the field it stood in, ""
// where that says nothing.
func (w *walk) arn(value, resourceType, field string, method analysis.Method, said analysis.Action, general bool) {
	ref, kind, ok := w.r.parseARN(value)
	if !ok || ref.Type == "AWS::S3::Object" && !w.op.mutating {
		return
	}
	if ref.Type == "" {
		ref.Type = resourceType
	}
	if ref.Region == "" && !isGlobal(ref.Type) && ref.Type != "" {
		ref.Region = w.e.Region // API Gateway, AMIs of AWS: the ARN does not say
	}
	if ref.Type != "" {
		kind = ref.Type
	}
	ref.Method = method
	ref.Action = w.op.does(kind, said, general)
	if general && said == "" && w.op.mutating {
		switch {
		case w.passesRole(ref.Type):
			ref.Action = analysis.ActionGranted
		case w.op.namesNoun(field):
			ref.Action = w.op.effect
		}
	}
	w.add(ref, ref.AccountID != "")
}

// passesRole reports whether a role at hand is one that the call hands to another
// service: iam:PassRole leaves no record of its own, the request that names the role
// is all there is.
func (w *walk) passesRole(resourceType string) bool {
	if resourceType != "AWS::IAM::Role" && resourceType != "AWS::IAM::InstanceProfile" {
		return false
	}
	switch w.op.service {
	case "iam", "sts", "sso", "kms", "signin":
		return false
	}
	return w.source == fromRequest && !w.op.removes
}

// usable reports whether a value can be a name: services and exporters put such
// words in the place of what they hide.
func usable(s string) bool {
	if s == "" || s == "-" || s == "*" || s == "null" || len(s) > 2048 {
		return false
	}
	switch s[0] {
	case 'H':
		return !strings.HasPrefix(s, "HIDDEN_")
	case '*':
		return !strings.HasPrefix(s, "***")
	case '<', '[', '{':
		return false
	}
	return true
}

func isAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// isPublic reports whether a grantee is everybody.
func isPublic(s string) bool {
	return s == "all" || s == "global/AllUsers" || s == "global/AuthenticatedUsers"
}

// fromQueueURL reads https://sqs.<region>.amazonaws.com/<account>/<name>.
func fromQueueURL(ref *analysis.ResourceRef) (known bool) {
	host, path, ok := strings.Cut(strings.TrimPrefix(ref.ID, "https://"), "/")
	if !ok {
		return false
	}
	account, name, ok := strings.Cut(path, "/")
	if !ok || name == "" {
		return false
	}
	ref.ID = name
	if region, ok := strings.CutPrefix(host, "sqs."); ok {
		ref.Region, _, _ = strings.Cut(region, ".")
	}
	if isAccount(account) {
		ref.AccountID = account
	}
	return ref.AccountID != ""
}

// functionName takes a function's name out of name, name:alias, and
// account:function:name.
func functionName(s string) string {
	if _, name, ok := strings.Cut(s, ":function:"); ok {
		s = name
	}
	s, _, _ = strings.Cut(s, ":")
	return s
}

// bucketARN is made here because most records leave it out and every question about
// a bucket needs it; only buckets have an ARN that follows from the name alone.
func bucketARN(region, name string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "arn:aws-cn:s3:::" + name
	case strings.HasPrefix(region, "us-gov-"):
		return "arn:aws-us-gov:s3:::" + name
	}
	return "arn:aws:s3:::" + name
}
