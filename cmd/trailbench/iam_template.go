package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/source/s3"
)

type iamTemplateOptions struct {
	template account.Template
	features []string
	bucket   string
}

func newIAMTemplateCommand(a *app) *cobra.Command {
	var opt iamTemplateOptions
	cmd := &cobra.Command{
		Use:     "iam-template standalone|management|log-archive|member|org-stackset",
		Short:   "Print the role that reads an account, for CloudFormation or Terraform",
		GroupID: groupCollect,
		Long: "Print the role that reads an account, with the least permissions that this program's own calls need: for a standalone account, " +
			"the management account, the account that holds the logs, a member, or a stack set that makes it in every member, also in those " +
			"that join later. It is assumed by one role or user with an external id, which is made up unless given, and secrets and stored " +
			"data are denied to it outright. Nothing is made: deploy the template yourself. Features are logs (sync), trails (doctor), " +
			"organization (accounts discover), resources (looking resources up) and generic (looking further types up through the Cloud Control API); each " +
			"kind has those that it needs, and generic only when it is asked for.",
		Example: `trailbench iam-template standalone --principal arn:aws:iam::111122223333:role/incident-response --bucket amzn-s3-demo-bucket > role.yaml
trailbench iam-template org-stackset --principal arn:aws:iam::111122223333:role/incident-response --ou r-abcd --format terraform
trailbench iam-template member --principal arn:aws:iam::111122223333:role/incident-response --feature trails --format policy-json`,
		Args:        needArgs(1, 1, "the kind of account"),
		ValidArgs:   account.TemplateKinds(),
		Annotations: map[string]string{moreFormats: strings.Join(account.TemplateFormats(), ",")},
		RunE:        func(_ *cobra.Command, args []string) error { return runIAMTemplate(a, opt, args[0]) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	t := &opt.template
	f.StringVar(&t.Principal, "principal", "", "ARN of the role or user that assumes the role")
	f.StringVar(&t.RoleName, "role-name", "trailbench-reader", "name of the role")
	f.StringVar(&t.ExternalID, "external-id", "", "external id; without it a random one is made")
	f.StringVar(&t.Boundary, "permissions-boundary", "", "permissions boundary of the role: a policy's ARN, or its name in the account")
	f.StringVar(&t.OrganizationID, "organization-id", "", "organization that the principal must be of: o-exampleorgid")
	f.StringVar(&opt.bucket, "bucket", "", "bucket of the logs: a name, or s3://BUCKET/PREFIX before AWSLogs/")
	f.StringVar(&t.KeyARN, "key-arn", "", "ARN of the KMS key that encrypts the logs")
	f.StringVar(&t.TrailARN, "trail-arn", "", "ARN of the trail whose logs are decrypted; else those of any")
	f.StringSliceVar(&opt.features, "feature", nil, "features: "+strings.Join(featureNames(account.Features()), ", "))
	f.StringSliceVar(&t.Units, "ou", nil, "root or organizational unit that a stack set is for; may be repeated")
	f.StringSliceVar(&t.Regions, "stack-region", nil, "region of a stack set; one is enough, as IAM is global")
	complete(cmd, "feature", cobra.FixedCompletions(featureNames(account.Features()), cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd)
}

func featureNames(all []account.Feature) []string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = string(f)
	}
	return names
}

func runIAMTemplate(a *app, opt iamTemplateOptions, kind string) (err error) {
	t := opt.template
	t.Kind = kind
	for _, f := range opt.features {
		t.Features = append(t.Features, account.Feature(f))
	}
	t.Bucket = opt.bucket
	if strings.HasPrefix(opt.bucket, "s3://") {
		if t.Bucket, t.Prefix, err = s3.ParseURI(opt.bucket); err != nil {
			return err
		}
		t.Prefix, _, _ = strings.Cut(t.Prefix, "AWSLogs/")
	}
	made := t.ExternalID == ""
	if made {
		t.ExternalID = account.NewExternalID()
	}
	format := a.flags.format
	if format == "" {
		format = "cfn-yaml"
	}
	text, err := t.Render(format)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(a.out, text); err != nil {
		return err
	}
	if made {
		a.note("the external id %s was made for it; it is in the template, and trailbench needs it again", t.ExternalID)
	}
	a.nextOf(t)
	return nil
}

// nextOf says what to do with a template.
func (a *app) nextOf(t account.Template) {
	flags := " --role-name " + t.RoleName + " --external-id " + t.ExternalID
	switch {
	case slices.Contains([]string{"member", "management"}, t.Kind):
		a.note("hint: when it is deployed: trailbench accounts add ID%s", flags)
	case t.Kind == "org-stackset":
		a.note("hint: when it is deployed: trailbench accounts discover%s", flags)
	default:
		a.note("hint: when it is deployed: trailbench doctor s3://%s/%s --role-arn ARN --external-id %s", t.Bucket, t.Prefix, t.ExternalID)
	}
	if t.KeyARN != "" {
		a.note("hint: the key's own policy must allow it as well: trailbench kms-policy --key-arn %s --role-arn ARN", t.KeyARN)
	}
}
