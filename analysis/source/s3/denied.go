package s3

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

var keyARN = regexp.MustCompile(`arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)/[A-Za-z0-9/_-]+`)

// denied says which permission is missing and gives the statement that grants it.
func denied(err error, r Request, message string) error {
	said := awsread.RefusalIn(err)
	action := r.Action
	if said.Action != "" {
		action = said.Action
	} else if r.KeyARN != "" {
		action = "kms:Decrypt" // the head of the object was given, its body was not
	}
	resource := "arn:" + awsread.Partition(r.Region) + ":s3:::" + r.Bucket
	var grant awsread.Statement
	switch action {
	case "kms:Decrypt":
		resource = cmp.Or(keyARN.FindString(said.Resource), keyARN.FindString(message), r.KeyARN)
		grant = decryptStatement(resource, r)
	case "s3:GetObject":
		grant = awsread.Statement{Sid: "TrailbenchReadLogs", Effect: "Allow", Action: action, Resource: resource + "/" + r.Scope + "*"}
		resource += "/" + r.Key
	default: // s3:ListBucket, s3:GetBucketLocation
		grant = awsread.Statement{Sid: "TrailbenchListLogs", Effect: "Allow", Action: action, Resource: resource}
	}
	err = fmt.Errorf("%w: %s on %s: %w", analysis.ErrAccessDenied, action, cmp.Or(resource, "the object's KMS key"), err)
	if strings.Contains(said.Reason, "explicit deny") {
		return analysis.WithHint(err, fmt.Sprintf("a policy denies %s outright (%s), and no Allow helps against that: find the Deny and except %s from it",
			action, said.Reason, cmp.Or(said.User, "this principal")))
	}
	where := "the policy of " + cmp.Or(said.User, "the user or role that reads") + ", and to the bucket's policy too when the bucket is another account's"
	if action == "kms:Decrypt" {
		where = "the policy of " + cmp.Or(said.User, "the user or role that reads") + "; the key's own policy must allow it as well (trailbench kms-policy prints that statement)"
	}
	return analysis.WithHint(err, "add this statement to "+where+":\n"+grant.String())
}

// decryptStatement allows the key to be used through S3 only.
func decryptStatement(arn string, r Request) awsread.Statement {
	s := awsread.Statement{Sid: "TrailbenchDecryptLogs", Effect: "Allow", Action: "kms:Decrypt", Resource: arn}
	if arn == "" {
		s.Resource = "arn:" + awsread.Partition(r.Region) + ":kms:" + cmp.Or(r.Region, "REGION") + ":ACCOUNT:key/KEY-ID"
	}
	if region := cmp.Or(regionOfARN(arn), r.Region); region != "" && awsread.Partition(region) == "aws" {
		s.Condition = map[string]map[string]string{"StringEquals": {"kms:ViaService": "s3." + region + ".amazonaws.com"}}
	}
	return s
}

func regionOfARN(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}
