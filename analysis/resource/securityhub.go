package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/trailbench/trailbench/analysis/awsread"
)

func securityhubTypes() []Type {
	return []Type{
		{
			Key: "securityhub", Title: "Security Hub", CFN: "AWS::SecurityHub::Hub", AccountWide: true,
			Fields: []Field{
				{"subscribed", "Hub.SubscribedAt"},
				{"new controls", "Hub.AutoEnableControls"},
				{"standards", "Standards[].StandardsArn"},
				{"standard status", "Standards[].StandardsStatus"},
			},
			Calls: calls("SecurityHub", "securityhub", "DescribeHub", "GetEnabledStandards"),
			Read:  readHub, List: listAccountWide("AWS::SecurityHub::Hub"),
		},
	}
}

// readHub reads the hub; where the account does not use Security Hub, it is null.
func readHub(ctx context.Context, l *Lookup) error {
	l.ID = l.AccountID // which an ARN calls default
	c := awsread.New(l.Access, securityhub.NewFromConfig)
	err := l.Must("Hub", "securityhub:DescribeHub", func() (any, error) {
		out, err := c.DescribeHub(ctx, &securityhub.DescribeHubInput{})
		switch awsread.Code(err) {
		case "InvalidAccessException", "ResourceNotFoundException":
			return nil, errNone
		}
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.HubArn)
		return out, nil
	})
	if err != nil || l.ARN == "" {
		return err
	}
	l.Part("Standards", "securityhub:GetEnabledStandards", list(ctx,
		securityhub.NewGetEnabledStandardsPaginator(c, &securityhub.GetEnabledStandardsInput{}),
		func(p *securityhub.GetEnabledStandardsOutput) []types.StandardsSubscription {
			return p.StandardsSubscriptions
		}))
	return nil
}
