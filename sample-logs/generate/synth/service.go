package synth

import "strings"

// isGlobal tells the services whose events are recorded in us-east-1 only.
func isGlobal(service string) bool {
	switch service {
	case "iam", "cloudfront", "route53", "organizations", "ce", "account", "health", "support":
		return true
	}
	return false
}

// version is what each service writes: they have not moved on together.
func version(service string) string {
	switch service {
	case "s3", "kms", "logs", "monitoring", "cloudtrail", "lambda", "dynamodb":
		return "1.11"
	case "ec2", "iam", "ecs", "autoscaling":
		return "1.10"
	case "sts", "secretsmanager", "ssm", "sqs":
		return "1.09"
	}
	return "1.08"
}

// host is the endpoint that a client names in TLS.
func host(source, region string) string {
	service := strings.TrimSuffix(source, ".amazonaws.com")
	switch service {
	case "iam":
		return "iam.amazonaws.com"
	case "organizations", "ce", "account", "health", "support", "route53":
		return service + ".us-east-1.amazonaws.com"
	case "cloudfront":
		return "cloudfront.amazonaws.com"
	case "signin":
		return region + ".signin.aws.amazon.com"
	}
	return service + "." + region + ".amazonaws.com"
}

// NewEvent begins the record of an operation, such as iam:CreateUser, with what its
// service fixes: event version, read-only flag, the form of the request id, the
// endpoint. Global services record in us-east-1 whatever region is asked for.
func NewEvent(r Random, operation, region string) Event {
	service, name, _ := strings.Cut(operation, ":")
	if isGlobal(service) {
		region = "us-east-1"
	}
	e := Event{
		Version: version(service), Source: service + ".amazonaws.com", Name: name, Region: region,
		ReadOnly: isRead(service, name), ID: r.UUID(), RequestID: r.UUID().append(nil),
	}
	if service == "s3" {
		e.RequestID = r.letters(nil, base32, 16)
	}
	e.TLSHost = host(e.Source, region)
	return e
}

// isRead is what CloudTrail writes as readOnly. It follows the verb, with exceptions:
// calls that issue or open something count as reads.
func isRead(service, name string) bool {
	if service == "signin" {
		return false
	}
	switch name {
	case "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "Decrypt", "GenerateDataKey", "InvokeModel", "SimulatePrincipalPolicy":
		return true
	case "GetFederationToken", "GetSessionToken":
		return false
	}
	for _, verb := range []string{"Get", "List", "Describe", "Lookup", "Head", "BatchGet", "Search", "Query", "Filter"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// Denied is how a service says that a principal may not do something.
func Denied(source, name, principal string) (code, message string) {
	action := action(source, name)
	message = "User: " + principal + " is not authorized to perform: " + action + " because no identity-based policy allows the " + action + " action"
	switch source {
	case "ec2.amazonaws.com":
		return "Client.UnauthorizedOperation", "You are not authorized to perform this operation. " + message
	case "s3.amazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com", "rds.amazonaws.com":
		return "AccessDenied", message
	}
	return "AccessDeniedException", message
}

// action is the permission that an operation needs: ec2:DescribeInstances.
func action(source, name string) string {
	service := strings.TrimSuffix(source, ".amazonaws.com")
	switch {
	case service == "monitoring":
		service = "cloudwatch"
	case name == "ListBuckets":
		name = "ListAllMyBuckets"
	case service == "lambda", service == "cloudfront":
		name = strings.TrimRight(strings.TrimSuffix(name, "v2"), "0123456789_")
	}
	return service + ":" + name
}
