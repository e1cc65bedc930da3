package resource

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

func TestIntegrationOrganizations(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), organizations.NewFromConfig(e.Fill), e.done
	must(c.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}))
	roots, err := c.ListRoots(ctx, &organizations.ListRootsInput{})
	must(roots, err)
	root := roots.Roots[0].Id
	must(c.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: root, PolicyType: types.PolicyTypeServiceControlPolicy}))
	prod, err := c.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: root, Name: aws.String("prod")})
	must(prod, err)
	made, err := c.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String("payments"), Email: aws.String("payments@example.com")})
	must(made, err)
	id := made.CreateAccountStatus.AccountId
	must(c.MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: id, SourceParentId: root, DestinationParentId: prod.OrganizationalUnit.Id}))
	must(c.RegisterDelegatedAdministrator(ctx, &organizations.RegisterDelegatedAdministratorInput{
		AccountId: id, ServicePrincipal: aws.String("guardduty.amazonaws.com"),
	}))
	policy, err := c.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: aws.String("keep-trails"), Description: aws.String("Nobody stops a trail"), Type: types.PolicyTypeServiceControlPolicy,
		Content: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"cloudtrail:StopLogging","Resource":"*"}]}`),
	})
	must(policy, err)
	must(c.AttachPolicy(ctx, &organizations.AttachPolicyInput{PolicyId: policy.Policy.PolicySummary.Id, TargetId: id}))

	e.lookUp("AWS::Organizations::Policy", *policy.Policy.PolicySummary.Id)
	e.list("AWS::Organizations::Policy", *policy.Policy.PolicySummary.Id)
	e.gone("AWS::Organizations::Policy", "p-examplepolicyid111")
	e.lookUp("AWS::Organizations::Account", *id, "Account.State", "Handshakes[].Action")
	e.list("AWS::Organizations::Account", *id)
	e.gone("AWS::Organizations::Account", "444455556666")
}

// An account that is in no organization is in none: that is known.
func TestNoOrganization(t *testing.T) {
	none := awstest.Refusal{Status: http.StatusBadRequest, Code: notInOrganization}
	for _, key := range []string{"org-account", "org-policy"} {
		if got := through(t, none).Lookup(t.Context(), readRecording(t, key).resource(t)); got.Status != analysis.SnapshotGone {
			t.Errorf("%s: %s: %s", key, got.Status, got.Reason)
		}
	}
}

// Addresses are told apart, and never kept.
func TestOrganizationEmails(t *testing.T) {
	r := readRecording(t, "org-account")
	if !strings.Contains(string(r.section("Organizations.DescribeAccount")), "@example.com") ||
		!strings.Contains(string(r.section("Organizations.ListHandshakesForOrganization")), "@example.com") {
		t.Fatal("the recording has no address")
	}
	if strings.Contains(r.section("want.json"), "@example.com") {
		t.Error("an address is in the snapshot")
	}
}
