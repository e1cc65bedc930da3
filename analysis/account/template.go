package account

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Template is a role that reads an account, to be made by whoever owns it: this program
// only prints it.
type Template struct {
	Kind           string    // one of [TemplateKinds]
	Features       []Feature // nil for those of the kind
	RoleName       string    // "" is trailbench-reader
	Principal      string    // ARN of the role or user that assumes it
	ExternalID     string    // must not be guessed, see [NewExternalID]
	Boundary       string    // permissions boundary: an ARN, or the name of a policy of the account
	OrganizationID string    // that Principal must be of; "" for any
	Partition      string    // "" is that of Principal

	Bucket, Prefix string // where the logs are, and what stands before AWSLogs/
	KeyARN         string // of the KMS key that encrypts them
	TrailARN       string // of the trail that writes them; "" is any

	Units   []string // organizational units or the root that a stack set is for
	Regions []string // of a stack set; one is enough, as IAM is global
}

// The kinds of template.
const (
	kindStandalone = "standalone"
	kindManagement = "management"
	kindLogArchive = "log-archive"
	kindMember     = "member"
	kindStackSet   = "org-stackset"
)

// TemplateKinds are the accounts that there are templates for: a standalone one, the
// management account, the one that holds the logs, a member, and a stack set that makes
// the role in all members.
func TemplateKinds() []string {
	return []string{kindStandalone, kindManagement, kindLogArchive, kindMember, kindStackSet}
}

// TemplateFormats are the forms that templates are printed in.
func TemplateFormats() []string { return []string{"cfn-yaml", "cfn-json", "terraform", "policy-json"} }

// FeaturesOf are the features that a kind of template has unless others are asked for.
func FeaturesOf(kind string) []Feature {
	switch kind {
	case kindStandalone:
		return []Feature{FeatureLogs, FeatureTrails, FeatureResources}
	case kindManagement:
		return []Feature{FeatureTrails, FeatureOrganization, FeatureResources}
	case kindLogArchive:
		return []Feature{FeatureLogs}
	case kindMember, kindStackSet:
		return []Feature{FeatureTrails, FeatureResources}
	}
	return nil
}

// NewExternalID is a random external id: a UUID of version 4.
func NewExternalID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (t Template) has(f Feature) bool { return slices.Contains(t.Features, f) }

var (
	principalARN  = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:(role|user)/[\w+=,.@/-]+$`)
	policyARN     = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}|aws):policy/[\w+=,.@/-]+$`)
	policyName    = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	keyARNForm    = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):kms:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:key/[\w-]+$`)
	trailARNForm  = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):cloudtrail:(\*|[a-z]{2}(?:-[a-z]+)+-\d):(\*|\d{12}):trail/[\w.*-]+$`)
	bucketName    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixForm    = regexp.MustCompile(`^([\w!.'()-]+/)*$`)
	organization  = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	unitForm      = regexp.MustCompile(`^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$`)
	regionForm    = regexp.MustCompile(`^[a-z]{2}(?:-[a-z]+)+-\d$`)
	shortRoleName = regexp.MustCompile(`^[\w+=,.@-]{1,50}$`)
)

func usage(hint, format string, args ...any) error {
	return analysis.WithHint(fmt.Errorf("%w: "+format, append([]any{analysis.ErrUsage}, args...)...), hint)
}

func checkPrincipal(arn string) error {
	if principalARN.MatchString(arn) {
		return nil
	}
	hint := "write arn:aws:iam::111122223333:role/incident-response"
	if strings.HasSuffix(arn, ":root") || IsID(arn) || arn == "*" {
		hint = "a whole account is too many: name the one role that assumes it, " + strings.TrimPrefix(hint, "write ")
	}
	return usage(hint, "%q is not the ARN of a role or user", arn)
}

func checkKeyARN(arn string) error {
	if keyARNForm.MatchString(arn) {
		return nil
	}
	return usage("write arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab; an alias stands for another key tomorrow", "%q is not the ARN of a KMS key", arn)
}

func checkTrailARN(arn string) error {
	if arn == "" || trailARNForm.MatchString(arn) {
		return nil
	}
	return usage("write arn:aws:cloudtrail:us-east-1:111122223333:trail/management-events", "%q is not the ARN of a trail", arn)
}

// complete is t with what was left out, or why it cannot be made.
func (t Template) complete() (Template, error) {
	if !slices.Contains(TemplateKinds(), t.Kind) {
		return t, usage("choose from "+strings.Join(TemplateKinds(), ", "), "%q is no kind of template", t.Kind)
	}
	if err := checkPrincipal(t.Principal); err != nil {
		return t, err
	}
	t.RoleName, t.Partition = cmp.Or(t.RoleName, "trailbench-reader"), cmp.Or(t.Partition, PartitionOf(t.Principal))
	if len(t.Features) == 0 {
		t.Features = FeaturesOf(t.Kind)
	}
	if t.Prefix = strings.TrimPrefix(t.Prefix, "/"); t.Prefix != "" && !strings.HasSuffix(t.Prefix, "/") {
		t.Prefix += "/"
	}
	if err := CheckExternalID(t.ExternalID); err != nil {
		return t, err
	}
	logs := t.has(FeatureLogs)
	for _, f := range t.Features {
		if !slices.Contains(Features(), f) {
			return t, usage("choose from logs, trails, organization, resources, generic", "%q is no feature", f)
		}
	}
	switch {
	case !shortRoleName.MatchString(t.RoleName):
		return t, usage("letters, digits and +=,.@-_, 50 at most: the names of policies begin with it", "%q is not the name of a role", t.RoleName)
	case t.Boundary != "" && !policyARN.MatchString(t.Boundary) && !policyName.MatchString(t.Boundary):
		return t, usage("write the name of a policy of the account, or its ARN", "%q is not a permissions boundary", t.Boundary)
	case t.OrganizationID != "" && !organization.MatchString(t.OrganizationID):
		return t, usage("write o-exampleorgid", "%q is not the id of an organization", t.OrganizationID)
	case logs && t.Bucket == "":
		return t, usage("give --bucket, and --prefix where something stands before AWSLogs/", "no bucket is named, and the role is to read logs")
	case !logs && t.Bucket+t.Prefix+t.KeyARN+t.TrailARN != "":
		return t, usage("give --feature logs as well, or leave the bucket out", "a bucket or key is named, and the role is not to read logs")
	case logs && !bucketName.MatchString(t.Bucket):
		return t, usage("write the name alone: amzn-s3-demo-bucket", "%q is not the name of a bucket", t.Bucket)
	case !prefixForm.MatchString(t.Prefix):
		return t, usage("write what stands before AWSLogs/: logs/", "%q is not a prefix of keys", t.Prefix)
	}
	if t.KeyARN != "" {
		if err := checkKeyARN(t.KeyARN); err != nil {
			return t, err
		}
	}
	if err := checkTrailARN(t.TrailARN); err != nil {
		return t, err
	}
	for _, arn := range []string{t.Principal, t.KeyARN, t.TrailARN, t.Boundary} {
		if p := PartitionOf(arn); p != "" && p != t.Partition {
			return t, usage("a template is for one partition", "%s is in partition %s, and the role in %s", arn, p, t.Partition)
		}
	}
	return t, t.checkStackSet()
}

func (t Template) checkStackSet() error {
	if t.Kind != kindStackSet {
		if len(t.Units)+len(t.Regions) > 0 {
			return usage("trailbench iam-template org-stackset", "organizational units and regions are those of a stack set")
		}
		return nil
	}
	if len(t.Units) == 0 {
		return usage("give --ou r-examplerootid for every account, or organizational units: aws organizations list-roots", "no organizational unit is named")
	}
	for _, u := range t.Units {
		if !unitForm.MatchString(u) {
			return usage("write r-abcd, or ou-abcd-11111111", "%q is not the id of a root or organizational unit", u)
		}
	}
	for _, r := range t.Regions {
		if !regionForm.MatchString(r) {
			return usage("write us-east-1", "%q is not a region", r)
		}
	}
	return nil
}
