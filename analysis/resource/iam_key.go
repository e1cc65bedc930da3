package resource

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamAccessKey() Type {
	return Type{
		Key: "iam-access-key", Title: "IAM access key", CFN: "AWS::IAM::AccessKey", Global: true,
		Fields: []Field{
			{"status", "AccessKey.Status"},
			{"user", "LastUsed.UserName"},
			{"created", "AccessKey.CreateDate"},
			{"last used", "LastUsed.LastUsedDate"},
			{"last used for", "LastUsed.ServiceName"},
			{"last used in", "LastUsed.Region"},
			{"account", "Account.Account"},
		},
		Calls: slices.Concat(calls("IAM", "iam", "GetAccessKeyLastUsed", "ListAccessKeys"), calls("STS", "sts", "GetAccessKeyInfo"),
			calls("IAM", "iam", "ListUsers")),
		Read: readIAMAccessKey, List: listIAMAccessKeys,
	}
}

// isTemporary holds for the key of a session, which IAM knows nothing of.
func isTemporary(accessKeyID string) bool { return strings.HasPrefix(accessKeyID, "ASIA") }

// accountOfKey asks whose a key is. AWS reads that out of the key's id.
func accountOfKey(ctx context.Context, l *Lookup) func() (any, error) {
	return func() (any, error) {
		out, err := awsread.New(l.Access, sts.NewFromConfig).GetAccessKeyInfo(ctx, &sts.GetAccessKeyInfoInput{AccessKeyId: &l.ID})
		if err != nil {
			return nil, err
		}
		if out.Account == nil {
			return nil, awsread.ErrForeign
		}
		return out, nil
	}
}

func readIAMAccessKey(ctx context.Context, l *Lookup) error {
	if isTemporary(l.ID) {
		return l.Must("Account", "sts:GetAccessKeyInfo", accountOfKey(ctx, l))
	}
	c := awsread.New(l.Access, iam.NewFromConfig)
	var user *string
	err := l.Must("LastUsed", "iam:GetAccessKeyLastUsed", func() (any, error) {
		out, err := c.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &l.ID})
		if isUnknownKey(err) {
			return nil, errGone
		}
		switch {
		case err != nil:
			return nil, err
		case out.AccessKeyLastUsed == nil:
			return nil, awsread.ErrForeign
		}
		user = out.UserName
		return struct {
			UserName *string
			*types.AccessKeyLastUsed
		}{user, out.AccessKeyLastUsed}, nil
	}, noSuchEntity)
	if err != nil {
		return err
	}
	l.Part("AccessKey", "iam:ListAccessKeys", func() (any, error) {
		keys, err := accessKeys(ctx, c, user)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(keys, func(k types.AccessKeyMetadata) bool { return aws.ToString(k.AccessKeyId) == l.ID })
		if i < 0 {
			return nil, errGone
		}
		return keys[i], nil
	}, noSuchEntity) // the root user's keys are in no list
	l.Part("Account", "sts:GetAccessKeyInfo", accountOfKey(ctx, l))
	return nil
}

// isUnknownKey holds for the refusal that IAM answers in place of NoSuchEntity when the
// account has no such key: it names the key as the resource, where a refusal for lack
// of a permission gives the reason.
func isUnknownKey(err error) bool {
	return awsread.KindOf(err) == awsread.KindDenied && strings.Contains(err.Error(), "on resource: access key ") &&
		!strings.Contains(err.Error(), "because")
}

func accessKeys(ctx context.Context, c *iam.Client, user *string) ([]types.AccessKeyMetadata, error) {
	return collect(ctx, iam.NewListAccessKeysPaginator(c, &iam.ListAccessKeysInput{UserName: user}),
		func(p *iam.ListAccessKeysOutput) []types.AccessKeyMetadata { return p.AccessKeyMetadata })
}

func listIAMAccessKeys(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, iam.NewFromConfig)
	users, err := collect(ctx, iam.NewListUsersPaginator(c, &iam.ListUsersInput{}),
		func(p *iam.ListUsersOutput) []types.User { return p.Users })
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, u := range users {
		keys, err := accessKeys(ctx, c, u.UserName)
		if err != nil && awsread.Code(err) != noSuchEntity { // deleted meanwhile
			return nil, err
		}
		for _, k := range keys {
			all = append(all, l.found("AWS::IAM::AccessKey", aws.ToString(k.AccessKeyId), ""))
		}
	}
	return all[:min(len(all), most)], nil
}
