package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/trailbench/trailbench/analysis"
)

func TestIntegrationKMS(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), kms.NewFromConfig(e.Fill), filled(t)
	key, err := c.CreateKey(ctx, &kms.CreateKeyInput{
		Tags: []types.Tag{{TagKey: aws.String("team"), TagValue: aws.String("payments")}},
		Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow",` +
			`"Principal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::444455556666:root"]},"Action":"kms:*","Resource":"*"}]}`),
	})
	must(key, err)
	id := key.KeyMetadata.KeyId
	must(c.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/payments"), TargetKeyId: id}))
	must(c.CreateGrant(ctx, &kms.CreateGrantInput{
		KeyId: id, GranteePrincipal: aws.String("arn:aws:iam::444455556666:root"), Operations: []types.GrantOperation{types.GrantOperationDecrypt},
	}))
	must(c.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: id, PendingWindowInDays: aws.Int32(7)}))
	e.lookUp("AWS::KMS::Key", *id, "Key.ValidTo")
	e.list("AWS::KMS::Key", *id)
	e.gone("AWS::KMS::Key", "1234abcd-12ab-34cd-56ef-1234567890ab")
	for _, name := range []string{"alias/payments", *key.KeyMetadata.Arn} {
		k, _ := e.looker()
		got := k.Lookup(ctx, analysis.Resource{Type: "AWS::KMS::Key", ID: name, AccountID: account, Region: "us-east-1"})
		if got.Status != analysis.SnapshotFound || got.Resource.ARN != *key.KeyMetadata.Arn {
			t.Errorf("%s: %s %s", name, got.Status, got.Resource.ARN)
		}
	}
}

func TestIntegrationSecretsManager(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), secretsmanager.NewFromConfig(e.Fill), filled(t)
	name := aws.String("payments/db")
	must(c.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: name, SecretString: aws.String("correct horse battery staple")}))
	must(c.PutResourcePolicy(ctx, &secretsmanager.PutResourcePolicyInput{
		SecretId: name, ResourcePolicy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}`),
	}))
	must(c.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: name, SecretString: aws.String("another horse")}))
	e.lookUp("AWS::SecretsManager::Secret", *name, "Secret.LastAccessedDate", "Secret.LastRotatedDate", "Secret.RotationLambdaARN",
		"Secret.KmsKeyId", "Secret.DeletedDate", "Secret.ReplicationStatus[].Region", "Secret.RotationEnabled")
	e.list("AWS::SecretsManager::Secret", *name)
	e.gone("AWS::SecretsManager::Secret", "nobodys")
}
