package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

func TestIntegrationSES(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := sesv2.NewFromConfig(e.Fill), aws.String("example.com")
	must(c.CreateEmailIdentity(ctx, &sesv2.CreateEmailIdentityInput{EmailIdentity: name}))
	must(c.CreateEmailIdentityPolicy(ctx, &sesv2.CreateEmailIdentityPolicyInput{EmailIdentity: name, PolicyName: aws.String("open"), Policy: aws.String(openPolicy)}))
	e.lookUp("AWS::SES::EmailIdentity", *name, "Account.SendingEnabled", "Account.ProductionAccessEnabled", "Account.SendQuota.Max24HourSend",
		"Account.SendQuota.SentLast24Hours", "Account.EnforcementStatus", "Identity.VerificationStatus", "Policies[].PolicyName")
	e.gone("AWS::SES::EmailIdentity", "example.net")
}
