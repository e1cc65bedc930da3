package resource

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func secretsManagerTypes() []Type {
	return []Type{{
		Key: "secret", Title: "secret", CFN: "AWS::SecretsManager::Secret",
		Fields: []Field{
			{"last read", "Secret.LastAccessedDate"},
			{"last changed", "Secret.LastChangedDate"},
			{"last rotated", "Secret.LastRotatedDate"},
			{"rotation", "Secret.RotationEnabled"},
			{"rotated by", "Secret.RotationLambdaARN"},
			{"KMS key", "Secret.KmsKeyId"},
			{"deletion", "Secret.DeletedDate"},
			{"created", "Secret.CreatedDate"},
			{"replicas", "Secret.ReplicationStatus[].Region"},
			{"policy", "Policy.Statement[].Principal"},
			{"versions", "Versions[].VersionStages[]"},
		},
		Calls: calls("Secrets Manager", "secretsmanager", "DescribeSecret", "GetResourcePolicy", "ListSecretVersionIds", "ListSecrets"),
		Read:  readSecret, List: listSecrets,
	}}
}

// readSecret reads what a secret is about; its value cannot be read here.
func readSecret(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, secretsmanager.NewFromConfig), &l.ID // a name or an ARN
	const gone = "ResourceNotFoundException"
	err := l.Must("Secret", "secretsmanager:DescribeSecret", answer(ctx, c.DescribeSecret, &secretsmanager.DescribeSecretInput{SecretId: id},
		func(r *secretsmanager.DescribeSecretOutput) any {
			l.ARN = cmp.Or(l.ARN, aws.ToString(r.ARN))
			return r
		}), gone)
	if err != nil {
		return err
	}
	l.Part("Policy", "secretsmanager:GetResourcePolicy", answer(ctx, c.GetResourcePolicy, &secretsmanager.GetResourcePolicyInput{SecretId: id},
		func(r *secretsmanager.GetResourcePolicyOutput) any { return document(r.ResourcePolicy) }), gone)
	l.Part("Versions", "secretsmanager:ListSecretVersionIds", list(ctx,
		secretsmanager.NewListSecretVersionIdsPaginator(c, &secretsmanager.ListSecretVersionIdsInput{SecretId: id, IncludeDeprecated: aws.Bool(true)}),
		func(p *secretsmanager.ListSecretVersionIdsOutput) []types.SecretVersionsListEntry { return p.Versions }))
	return nil
}

func listSecrets(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, secretsmanager.NewFromConfig)
	return resourcesIn(ctx, secretsmanager.NewListSecretsPaginator(c, &secretsmanager.ListSecretsInput{IncludePlannedDeletion: aws.Bool(true)}),
		func(p *secretsmanager.ListSecretsOutput) []types.SecretListEntry { return p.SecretList },
		func(s types.SecretListEntry) analysis.Resource {
			return l.found("AWS::SecretsManager::Secret", aws.ToString(s.Name), aws.ToString(s.ARN))
		})
}
