package resource

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func kmsTypes() []Type {
	return []Type{{
		Key: "kms-key", Title: "KMS key", CFN: "AWS::KMS::Key", Others: []string{"AWS::KMS::Alias"},
		Fields: []Field{
			{"state", "Key.KeyState"},
			{"deletion", "Key.DeletionDate"},
			{"created", "Key.CreationDate"},
			{"origin", "Key.Origin"},
			{"material expires", "Key.ValidTo"},
			{"managed by", "Key.KeyManager"},
			{"policy", "Policy.Statement[].Principal"},
			{"grants to", "Grants[].GranteePrincipal"},
			{"granted", "Grants[].Operations[]"},
			{"rotation", "Rotation.KeyRotationEnabled"},
			{"aliases", "Aliases[].AliasName"},
			{"tags", "Tags[].TagValue"},
		},
		Calls: calls("KMS", "kms", "DescribeKey", "GetKeyPolicy", "ListGrants", "GetKeyRotationStatus", "ListAliases", "ListResourceTags", "ListKeys"),
		Read:  readKey, List: listKeys,
	}}
}

// readKey takes the id of a key or the name of an alias, or the ARN of either.
func readKey(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, kms.NewFromConfig)
	var id *string
	err := l.Must("Key", "kms:DescribeKey", func() (any, error) {
		out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &l.ID})
		if err != nil {
			return nil, err
		}
		id = out.KeyMetadata.KeyId
		l.ARN = cmp.Or(l.ARN, aws.ToString(out.KeyMetadata.Arn))
		return out.KeyMetadata, nil
	}, "NotFoundException")
	if err != nil {
		return err
	}
	l.Part("Policy", "kms:GetKeyPolicy", answer(ctx, c.GetKeyPolicy, &kms.GetKeyPolicyInput{KeyId: id, PolicyName: aws.String("default")},
		func(r *kms.GetKeyPolicyOutput) any { return document(r.Policy) }))
	l.Part("Grants", "kms:ListGrants", list(ctx, kms.NewListGrantsPaginator(c, &kms.ListGrantsInput{KeyId: id}),
		func(p *kms.ListGrantsOutput) []types.GrantListEntry { return p.Grants }))
	// Asymmetric keys and those whose material was imported do not rotate.
	l.Part("Rotation", "kms:GetKeyRotationStatus", answer(ctx, c.GetKeyRotationStatus, &kms.GetKeyRotationStatusInput{KeyId: id},
		func(r *kms.GetKeyRotationStatusOutput) any { return r }), "UnsupportedOperationException")
	l.Part("Aliases", "kms:ListAliases", list(ctx, kms.NewListAliasesPaginator(c, &kms.ListAliasesInput{KeyId: id}),
		func(p *kms.ListAliasesOutput) []types.AliasListEntry { return p.Aliases }))
	l.Part("Tags", "kms:ListResourceTags", list(ctx, kms.NewListResourceTagsPaginator(c, &kms.ListResourceTagsInput{KeyId: id}),
		func(p *kms.ListResourceTagsOutput) []types.Tag { return p.Tags }))
	return nil
}

func listKeys(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, kms.NewFromConfig)
	return resourcesIn(ctx, kms.NewListKeysPaginator(c, &kms.ListKeysInput{}),
		func(p *kms.ListKeysOutput) []types.KeyListEntry { return p.Keys },
		func(k types.KeyListEntry) analysis.Resource {
			return l.found("AWS::KMS::Key", aws.ToString(k.KeyId), aws.ToString(k.KeyArn))
		})
}
