package resource

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/trailbench/trailbench/analysis/awsread"
)

// A session is nothing that AWS lists. What can be asked is whose its key is, which role
// it is of, and whether that role's sessions were revoked.
func stsTypes() []Type {
	return []Type{
		{
			Key: "sts-session", Title: "STS session", CFN: "AWS::STS::AssumedRole", Global: true,
			Fields: []Field{
				{"role", "Role.Arn"},
				{"role last used", "Role.RoleLastUsed.LastUsedDate"},
				{"longest session", "Role.MaxSessionDuration"},
				{"trusts", "Role.AssumeRolePolicyDocument.Statement[].Principal"},
				{"sessions revoked", "RevokePolicy.PolicyDocument.Statement[].Condition"},
			},
			Calls: slices.Concat(calls("STS", "sts", "GetAccessKeyInfo"), calls("IAM", "iam", "GetRole", "GetRolePolicy")),
			Read:  readSession,
		},
	}
}

// revokePolicy is the name of the policy that the console writes into a role to revoke
// the sessions from before a time.
const revokePolicy = "AWSRevokeOlderSessions"

func readSession(ctx context.Context, l *Lookup) error {
	if isTemporary(l.ID) {
		return l.Must("KeyInfo", "sts:GetAccessKeyInfo", accountOfKey(ctx, l))
	}
	c, name := awsread.New(l.Access, iam.NewFromConfig), aws.String(roleOfSession(l.ID))
	err := l.Must("Role", "iam:GetRole", func() (any, error) {
		r, err := getRole(ctx, c, name)
		if err != nil {
			return nil, err
		}
		return r, nil
	}, noSuchEntity)
	if err != nil {
		return err
	}
	l.Part("RevokePolicy", "iam:GetRolePolicy", func() (any, error) {
		out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String(revokePolicy)})
		if err != nil {
			return nil, err
		}
		return inlinePolicy{revokePolicy, document(out.PolicyDocument)}, nil
	}, noSuchEntity)
	return nil
}

// roleOfSession takes the role's name out of role/session, or of a session's ARN.
func roleOfSession(id string) string {
	if _, session, ok := strings.Cut(id, ":assumed-role/"); ok {
		id = session
	}
	role, _, _ := strings.Cut(id, "/")
	return role
}
