package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/resource"
	"github.com/trailbench/trailbench/analysis/source/s3"
)

// Feature is something that the program does in an account and needs permissions for.
type Feature string

// The features.
const (
	FeatureLogs         Feature = "logs"         // sync: read the log objects of a bucket
	FeatureTrails       Feature = "trails"       // doctor: what the trails are and whether they log
	FeatureOrganization Feature = "organization" // accounts discover: names and units
	FeatureResources    Feature = "resources"    // look resources up
	FeatureGeneric      Feature = "generic"      // look further types up through the Cloud Control API
)

// Features are all of them.
func Features() []Feature {
	return []Feature{FeatureLogs, FeatureTrails, FeatureOrganization, FeatureResources, FeatureGeneric}
}

// Calls are the operations that a feature makes, and the permissions that they need.
func (f Feature) Calls() []resource.Call {
	switch f {
	case FeatureLogs:
		return logCalls()
	case FeatureTrails:
		return trailCalls()
	case FeatureOrganization:
		return organizationCalls()
	case FeatureResources:
		var all []resource.Call
		for _, t := range resource.Types() {
			all = append(all, t.Calls...)
		}
		return all
	case FeatureGeneric:
		return resource.GenericCalls()
	}
	return nil
}

// Actions are the permissions of a feature, sorted, each once.
func (f Feature) Actions() []string {
	var all []string
	for _, c := range f.Calls() {
		all = append(all, c.Action)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// logCalls are the reads of package s3. The permission to assume roles belongs to whoever
// begins, not to the role.
func logCalls() []resource.Call {
	needs := map[string]string{"HeadBucket": "s3:ListBucket", "HeadObject": "s3:GetObject", "ListObjectsV2": "s3:ListBucket"}
	var all []resource.Call
	for _, operation := range s3.ReadOperations() {
		name, ok := strings.CutPrefix(operation, "S3:")
		if !ok {
			continue
		}
		action := needs[name]
		if action == "" {
			action = "s3:" + name
		}
		all = append(all, resource.Call{Operation: operation, Action: action})
	}
	return all
}

// denied are reads that hand out secrets, tokens, stored data or code. The generated roles
// are denied them outright, whatever else is attached later.
func denied() []string {
	return []string{
		"athena:GetQueryResults", "cloudtrail:GetQueryResults", "codeartifact:GetAuthorizationToken", "codecommit:GetFile", "codecommit:GitPull",
		"cognito-identity:GetCredentialsForIdentity", "cognito-identity:GetOpenIdToken", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query",
		"dynamodb:Scan", "ebs:GetSnapshotBlock", "ec2:GetPasswordData", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer", "glacier:GetJobOutput",
		"kinesis:GetRecords", "lambda:GetFunction", "lambda:GetLayerVersion", "lightsail:GetInstanceAccessDetails", "logs:FilterLogEvents",
		"logs:GetLogEvents", "logs:GetLogRecord", "logs:GetQueryResults", "redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM",
		"secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters",
		"ssm:GetParametersByPath", "sts:GetFederationToken", "sts:GetSessionToken",
	}
}

// The sizes that IAM allows, in characters without white space.
const (
	maxManagedPolicy = 6144  // of one managed policy
	maxInline        = 10240 // of all inline policies of a role
	maxManaged       = 10    // managed policies of a role
)

// policy is a named document.
type policy struct {
	name     string
	document object
}

func document(statements list) object {
	return object{{"Version", "2012-10-17"}, {"Statement", statements}}
}

func statement(sid, effect string, actions []string, resource string, what list) object {
	return object{{"Sid", sid}, {"Effect", effect}, {"Action", texts(actions)}, {resource, what}}
}

// inline is the policy of everything that is narrowed to one bucket, key or service, with
// the Deny.
func (t Template) inline() policy {
	var all list
	objects, key := list{}, list{}
	if t.has(FeatureLogs) {
		bucket := "arn:" + t.Partition + ":s3:::" + t.Bucket
		objects = append(objects, bucket+"/"+t.Prefix+"AWSLogs/*")
		for _, s := range t.logStatements(bucket, objects) {
			all = append(all, s)
		}
		if t.KeyARN != "" {
			key = append(key, t.KeyARN)
		}
	}
	if t.has(FeatureTrails) {
		all = append(all, statement("ReadTrails", "Allow", FeatureTrails.Actions(), "Resource", list{"*"}))
	}
	if t.has(FeatureOrganization) {
		all = append(all, statement("ReadOrganization", "Allow", FeatureOrganization.Actions(), "Resource", list{"*"}))
	}
	all = append(all, statement("DenySecrets", "Deny", denied(), "Resource", list{"*"}))
	all = append(all, except("DenyOtherObjects", []string{"s3:GetObject", "s3:GetObjectVersion"}, objects))
	all = append(all, except("DenyOtherKeys", []string{"kms:Decrypt"}, key))
	return policy{t.RoleName + "-read", document(all)}
}

// except denies actions on everything but what is allowed.
func except(sid string, actions []string, allowed list) object {
	if len(allowed) == 0 {
		return statement(sid, "Deny", actions, "Resource", list{"*"})
	}
	return statement(sid, "Deny", actions, "NotResource", allowed)
}

// logStatements allow what sync does. The prefixes that may be listed are those of the way
// down to the logs, and everything below.
func (t Template) logStatements(bucket string, objects list) []object {
	prefixes := list{""}
	for i, r := range t.Prefix {
		if r == '/' {
			prefixes = append(prefixes, t.Prefix[:i+1])
		}
	}
	prefixes = append(prefixes, t.Prefix+"AWSLogs/*")
	listing := statement("ListLogs", "Allow", []string{"s3:ListBucket"}, "Resource", list{bucket})
	all := []object{
		listing.add("Condition", object{{"StringLike", object{{"s3:prefix", prefixes}}}}),
		statement("LocateLogs", "Allow", []string{"s3:GetBucketLocation"}, "Resource", list{bucket}),
		statement("ReadLogs", "Allow", []string{"s3:GetObject"}, "Resource", objects),
	}
	if t.KeyARN != "" {
		decrypt := statement("DecryptLogs", "Allow", []string{"kms:Decrypt"}, "Resource", list{t.KeyARN})
		all = append(all, decrypt.add("Condition", decryptCondition(t.KeyARN, t.TrailARN)))
	}
	return all
}

// managed are the policies of the permissions that can be narrowed no further, as many as
// their size takes.
func (t Template) managed() ([]policy, error) {
	var all []policy
	for _, f := range []Feature{FeatureResources, FeatureGeneric} {
		if !t.has(f) {
			continue
		}
		for actions, n := f.Actions(), 1; len(actions) > 0; n++ {
			fit := fitting(actions)
			all = append(all, policy{fmt.Sprintf("%s-%s-%d", t.RoleName, f, n), wide(actions[:fit])})
			actions = actions[fit:]
		}
	}
	if len(all) > maxManaged {
		return nil, fmt.Errorf("%d managed policies, and a role takes %d", len(all), maxManaged)
	}
	return all, nil
}

// wide allows actions on everything.
func wide(actions []string) object {
	return document(list{statement("ReadConfiguration", "Allow", actions, "Resource", list{"*"})})
}

// fitting is how many of the actions fit into one managed policy: one at least.
func fitting(actions []string) int {
	n := len(actions)
	for n > 1 && len(compact(wide(actions[:n]))) > maxManagedPolicy {
		n--
	}
	return n
}

// trust is the policy of who may assume the role.
func (t Template) trust() object {
	equals := object{{"sts:ExternalId", t.ExternalID}}
	if t.OrganizationID != "" {
		equals = equals.add("aws:PrincipalOrgID", t.OrganizationID)
	}
	return document(list{object{
		{"Sid", "TrailbenchAssume"},
		{"Effect", "Allow"},
		{"Principal", object{{"AWS", t.Principal}}},
		{"Action", "sts:AssumeRole"},
		{"Condition", object{{"StringEquals", equals}}},
	}})
}

// KeyStatement is the one statement to append to a key's policy, never to replace it with,
// so that a role can decrypt logs with the key; with describe the one that lets it see the
// key's state, which no condition about log objects can hold for. The error is
// [analysis.ErrUsage].
func KeyStatement(keyARN, roleARN, trailARN string, describe bool) (string, error) {
	if err := checkKeyARN(keyARN); err != nil {
		return "", err
	}
	if err := checkPrincipal(roleARN); err != nil {
		return "", err
	}
	if err := checkTrailARN(trailARN); err != nil {
		return "", err
	}
	if PartitionOf(keyARN) != PartitionOf(roleARN) || trailARN != "" && PartitionOf(trailARN) != PartitionOf(keyARN) {
		return "", analysis.WithHint(fmt.Errorf("%w: the key is in partition %s, and the role or trail is not", analysis.ErrUsage, PartitionOf(keyARN)),
			"keys, roles and trails work together within one partition only")
	}
	sid, action := "AllowTrailbenchDecrypt", "kms:Decrypt"
	if describe {
		sid, action = "AllowTrailbenchDescribe", "kms:DescribeKey"
	}
	s := object{{"Sid", sid}, {"Effect", "Allow"}, {"Principal", object{{"AWS", roleARN}}}, {"Action", action}, {"Resource", "*"}}
	if !describe {
		s = s.add("Condition", decryptCondition(keyARN, trailARN))
	}
	return indented(s) + "\n", nil
}

// decryptCondition holds for objects that CloudTrail encrypted, read through S3.
func decryptCondition(keyARN, trailARN string) object {
	partition, region := PartitionOf(keyARN), regionOf(keyARN)
	if trailARN == "" {
		trailARN = "arn:" + partition + ":cloudtrail:*:*:trail/*"
	}
	condition := object{{"StringLike", object{{"kms:EncryptionContext:aws:cloudtrail:arn", trailARN}}}}
	if awsread.Partition(region) != "aws-cn" {
		condition = condition.add("StringEquals", object{{"kms:ViaService", "s3." + region + ".amazonaws.com"}})
	}
	return condition
}

// regionOf is the region that an ARN names.
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}
