package resource

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func sesTypes() []Type {
	return []Type{
		{
			Key: "ses-identity", Title: "SES identity", CFN: "AWS::SES::EmailIdentity",
			Fields: []Field{
				{"type", "Identity.IdentityType"},
				{"verified", "Identity.VerificationStatus"},
				{"may send", "Identity.VerifiedForSendingStatus"},
				{"DKIM", "Identity.DkimAttributes.Status"},
				{"policies", "Policies[].PolicyName"},
				{"account sends", "Account.SendingEnabled"},
				{"out of the sandbox", "Account.ProductionAccessEnabled"},
				{"a day", "Account.SendQuota.Max24HourSend"},
				{"sent in 24 hours", "Account.SendQuota.SentLast24Hours"},
				{"enforcement", "Account.EnforcementStatus"},
			},
			Calls: calls("SESv2", "ses", "GetEmailIdentity", "GetAccount", "ListEmailIdentities"),
			Read:  readEmailIdentity, List: listEmailIdentities,
		},
	}
}

func readEmailIdentity(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, sesv2.NewFromConfig), l.rest("identity/")
	var policies map[string]string
	err := l.Must("Identity", "ses:GetEmailIdentity", func() (any, error) {
		out, err := c.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: &name})
		if err != nil {
			return nil, err
		}
		policies, out.Policies = out.Policies, nil
		return out, nil
	}, "NotFoundException")
	if err != nil {
		return err
	}
	l.ARN = l.arn("ses", "identity/"+name)
	l.Part("Policies", "ses:GetEmailIdentity", func() (any, error) {
		type policy struct {
			PolicyName     string
			PolicyDocument any
		}
		all := []policy{}
		for _, name := range slices.Sorted(maps.Keys(policies)) {
			all = append(all, policy{name, document(aws.String(policies[name]))})
		}
		return all, nil
	})
	l.Part("Account", "ses:GetAccount", func() (any, error) {
		return result(c.GetAccount(ctx, &sesv2.GetAccountInput{}))
	})
	return nil
}

func listEmailIdentities(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, sesv2.NewFromConfig)
	all, err := collect(ctx, sesv2.NewListEmailIdentitiesPaginator(c, &sesv2.ListEmailIdentitiesInput{}),
		func(p *sesv2.ListEmailIdentitiesOutput) []types.IdentityInfo { return p.EmailIdentities })
	return resources(l, "AWS::SES::EmailIdentity", all, err, func(i types.IdentityInfo) (string, string) {
		return aws.ToString(i.IdentityName), l.arn("ses", "identity/"+aws.ToString(i.IdentityName))
	})
}
