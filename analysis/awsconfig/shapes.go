package awsconfig

import (
	"cmp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// shape is what is known of a type: how a live look names such a resource, and the parts
// that a live look has and AWS Config records, too. Only what corresponds one to one is
// made; a part that AWS Config does not record is missing, as one that could not be read.
type shape struct {
	key    string // in the catalogue of package resource
	typ    string // its name there, where that is another
	byName bool   // a look names it by its name; AWS Config by an id that nobody types
	parts  func(c, s map[string]any) map[string]any
}

// shapes are the types that are known. c is an item's configuration, s its supplementary
// configuration; what is in neither is not asked for.
var shapes = map[string]shape{
	"AWS::IAM::User": {key: "iam-user", byName: true, parts: func(c, _ map[string]any) map[string]any {
		return parts{}.
			rest("User", c, "userPolicyList", "groupList", "attachedManagedPolicies").
			object("AttachedPolicies", c, "attachedManagedPolicies").
			inline(c, "userPolicyList").
			groups(c)
	}},
	"AWS::IAM::Role": {key: "iam-role", byName: true, parts: func(c, _ map[string]any) map[string]any {
		p := parts{}.
			rest("Role", c, "rolePolicyList", "attachedManagedPolicies", "instanceProfileList").
			object("AttachedPolicies", c, "attachedManagedPolicies").
			object("InstanceProfiles", c, "instanceProfileList").
			inline(c, "rolePolicyList")
		if role, ok := p["Role"].(map[string]any); ok {
			opened(role, "AssumeRolePolicyDocument")
		}
		return p
	}},
	"AWS::IAM::Group": {key: "iam-group", byName: true, parts: func(c, _ map[string]any) map[string]any {
		return parts{}.
			rest("Group", c, "groupPolicyList", "attachedManagedPolicies").
			object("AttachedPolicies", c, "attachedManagedPolicies").
			inline(c, "groupPolicyList")
	}},
	"AWS::IAM::Policy": {key: "iam-policy", typ: "AWS::IAM::ManagedPolicy", byName: true, parts: func(c, _ map[string]any) map[string]any {
		return parts{}.
			rest("Policy", c, "policyVersionList").
			object("Versions", c, "policyVersionList").
			open("Versions", "Document")
	}},
	"AWS::EC2::Instance": {key: "ec2-instance", parts: func(c, _ map[string]any) map[string]any {
		return parts{}.rest("Instance", c)
	}},
	"AWS::EC2::SecurityGroup": {key: "ec2-sg", parts: func(c, _ map[string]any) map[string]any {
		p := parts{}.rest("SecurityGroup", c)
		if group, ok := p["SecurityGroup"].(map[string]any); ok {
			ranges(group["IpPermissions"])
			ranges(group["IpPermissionsEgress"])
		}
		return p
	}},
	"AWS::S3::Bucket": {key: "s3-bucket", byName: true, parts: bucketParts},
	"AWS::KMS::Key": {key: "kms-key", parts: func(c, s map[string]any) map[string]any {
		return parts{}.rest("Key", c).policy(s, "Policy")
	}},
	"AWS::RDS::DBInstance": {key: "rds-instance", byName: true, parts: func(c, _ map[string]any) map[string]any {
		return parts{}.rest("DBInstance", c)
	}},
	"AWS::CloudTrail::Trail": {key: "cloudtrail-trail", byName: true, parts: func(c, _ map[string]any) map[string]any {
		return parts{}.rest("Trail", c)
	}},
	// A look at a function calls its own configuration what every item calls so.
	"AWS::Lambda::Function": {key: "lambda-function", byName: true, parts: func(c, s map[string]any) map[string]any {
		return parts{}.rest("Configuration", c).policy(s, "Policy")
	}},
}

// look is how a live look names the resource.
func (s shape) look(r analysis.Resource, name string) analysis.Resource {
	r.Type = cmp.Or(s.typ, r.Type)
	if s.byName && name != "" {
		r.ID = name
	}
	if r.Region == "global" { // IAM and the like, which are asked for in the partition's home
		r.Region = home(r.ARN)
	}
	return r
}

// home is where the global services of an ARN's partition are asked.
func home(arn string) string {
	switch {
	case strings.HasPrefix(arn, "arn:aws-cn:"):
		return "cn-north-1"
	case strings.HasPrefix(arn, "arn:aws-us-gov:"):
		return "us-gov-west-1"
	}
	return "us-east-1"
}
