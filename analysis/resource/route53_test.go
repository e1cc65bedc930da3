package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
)

func TestIntegrationRoute53(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := route53.NewFromConfig(e.Fill)
	made, err := c.CreateHostedZone(ctx, &route53.CreateHostedZoneInput{Name: aws.String("example.com"), CallerReference: aws.String("1")})
	must(made, err)
	must(c.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{HostedZoneId: made.HostedZone.Id, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{
		{Action: types.ChangeActionCreate, ResourceRecordSet: &types.ResourceRecordSet{
			Name: aws.String("www.example.com"), Type: types.RRTypeA, TTL: aws.Int64(60), ResourceRecords: []types.ResourceRecord{{Value: aws.String("203.0.113.7")}},
		}},
		{Action: types.ChangeActionCreate, ResourceRecordSet: &types.ResourceRecordSet{
			Name: aws.String("cdn.example.com"), Type: types.RRTypeA,
			AliasTarget: &types.AliasTarget{HostedZoneId: aws.String("Z2FDTNDATAQYW2"), DNSName: aws.String("d111111abcdef8.cloudfront.net"), EvaluateTargetHealth: false},
		}},
	}}}))
	id := lastPart(*made.HostedZone.Id)
	e.lookUp("AWS::Route53::HostedZone", id, "Domain.CreationDate", "Domain.StatusList", "Domain.Nameservers[].Name", "QueryLogging[].CloudWatchLogsLogGroupArn")
	byName := e.lookUp("AWS::Route53::HostedZone", "example.com", "Domain.CreationDate", "Domain.StatusList", "Domain.Nameservers[].Name", "QueryLogging[].CloudWatchLogsLogGroupArn")
	if want := "arn:aws:route53:::hostedzone/" + id; byName.Resource.ARN != want {
		t.Errorf("looked up by name: %s, want %s", byName.Resource.ARN, want)
	}
	e.list("AWS::Route53::HostedZone", id)
	e.gone("AWS::Route53::HostedZone", "Z0000000000")
	e.gone("AWS::Route53::HostedZone", "example.net")
}
