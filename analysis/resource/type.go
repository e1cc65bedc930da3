package resource

import (
	"context"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Type is a type of resource that can be looked up.
type Type struct {
	Key   string // iam-user: the name of its recordings, and of posture checks' input
	Title string // IAM user
	// CFN is CloudFormation's name; where CloudFormation has none, the one that package
	// resourceref gives.
	CFN string
	// Others are further names that mean something this type reads, too.
	Others []string
	// Global types are asked for in the home region of the partition, whatever an event
	// says.
	Global bool
	// AccountWide types have no id: there is one in each account, or in each region of it.
	AccountWide bool
	// Fields are what an analyst looks at first.
	Fields []Field
	// Calls are all operations that Read and List make.
	Calls []Call
	// Read makes the calls; see [Lookup].
	Read func(ctx context.Context, l *Lookup) error
	// List finds all resources of the type in the account and region of l; nil where
	// that cannot be asked for.
	List func(ctx context.Context, l *Lookup) ([]analysis.Resource, error)
}

// Field is a value that an analyst looks at first.
type Field struct {
	Name string // in a few words
	Path string // in the snapshot's config: User.PasswordLastUsed, AccessKeys[].Status
}

// Call is an operation, and the permission that it needs.
type Call struct {
	Operation string // as the SDK names it, service id and operation: IAM:GetUser
	Action    string // as policies name it: iam:GetUser
}

// calls makes Calls of operations whose actions have the operation's name:
// calls("IAM", "iam", "GetUser", …).
func calls(service, prefix string, operations ...string) []Call {
	all := make([]Call, len(operations))
	for i, o := range operations {
		all[i] = Call{service + ":" + o, prefix + ":" + o}
	}
	return all
}

// Types is the catalogue, in the order of its services.
func Types() []Type {
	return slices.Concat(
		iamTypes(), stsTypes(), s3Types(), organizationsTypes(), ssoTypes(), identitystoreTypes(), rolesanywhereTypes(),
		ec2Types(), autoScalingTypes(), lambdaTypes(), kmsTypes(), secretsManagerTypes(), ssmTypes(), rdsTypes(), dynamoDBTypes(),
		cloudtrailTypes(), guarddutyTypes(), configserviceTypes(), securityhubTypes(), accessanalyzerTypes(), logsTypes(), eventbridgeTypes(),
		snsTypes(), sqsTypes(), sesTypes(), ecrTypes(), ecsTypes(), eksTypes(), cloudformationTypes(), codebuildTypes(), bedrockTypes(),
		sagemakerTypes(), route53Types(), acmTypes(), cognitoTypes(), lightsailTypes(), transferTypes(), backupTypes(),
	)
}

// TypeOf is the type with one of CloudFormation's names, or with a key.
func TypeOf(name string) (Type, bool) {
	for _, t := range Types() {
		if name == t.Key || name == t.CFN || slices.Contains(t.Others, name) {
			return t, true
		}
	}
	return Type{}, false
}

// Actions are the permissions that the catalogue needs, sorted, each once.
func Actions() []string {
	var all []string
	for _, t := range Types() {
		for _, c := range t.Calls {
			all = append(all, c.Action)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lastPart is what follows the last "/" or ":" of an ARN, or the text itself.
func lastPart(arn string) string {
	return arn[strings.LastIndexAny(arn, "/:")+1:]
}
