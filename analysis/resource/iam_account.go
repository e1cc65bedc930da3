package resource

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// iamAccount is an account as IAM sees it: the root user, the password policy, and the
// credentials of all users in one table.
func iamAccount() Type {
	return Type{
		Key: "account", Title: "AWS account", CFN: "AWS::Account", Others: []string{"AWS::IAM::RootUser", "AWS::IAM::AccountPasswordPolicy"},
		Global: true, AccountWide: true,
		Fields: []Field{
			{"root access keys", "AccountSummary.AccountAccessKeysPresent"},
			{"root MFA", "AccountSummary.AccountMFAEnabled"},
			{"users", "AccountSummary.Users"},
			{"roles", "AccountSummary.Roles"},
			{"aliases", "AccountAliases[]"},
			{"shortest password", "PasswordPolicy.MinimumPasswordLength"},
			{"users of the credential report", "CredentialReport[].user"},
			{"passwords last used", "CredentialReport[].password_last_used"},
			{"keys last made", "CredentialReport[].access_key_1_last_rotated"},
		},
		Calls: calls("IAM", "iam", "GetAccountSummary", "GetAccountPasswordPolicy", "ListAccountAliases", "GenerateCredentialReport", "GetCredentialReport"),
		Read:  readAccount, List: listAccount,
	}
}

func readAccount(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, iam.NewFromConfig)
	l.ID = l.AccountID
	err := l.Must("AccountSummary", "iam:GetAccountSummary", func() (any, error) {
		out, err := c.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
		if err != nil {
			return nil, err
		}
		return out.SummaryMap, nil
	})
	if kind := awsread.KindOf(err); err != nil && kind != awsread.KindDenied && kind != awsread.KindSCP {
		return err
	}
	l.Part("PasswordPolicy", "iam:GetAccountPasswordPolicy", func() (any, error) {
		out, err := c.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
		if err != nil {
			return nil, err
		}
		return out.PasswordPolicy, nil
	}, noSuchEntity)
	l.Part("AccountAliases", "iam:ListAccountAliases", list(ctx, iam.NewListAccountAliasesPaginator(c, &iam.ListAccountAliasesInput{}),
		func(p *iam.ListAccountAliasesOutput) []string { return p.AccountAliases }))
	l.Part("CredentialReport", "iam:GetCredentialReport", func() (any, error) { return credentialReport(ctx, c) })
	if len(l.config) > 0 {
		return nil // an account is there, whichever part of it may be read
	}
	return err
}

// The report of an account with many users takes AWS a while; what it takes beyond
// reportPatience is not worth holding up the rest.
const reportPatience = 30 * time.Second

// credentialReport has AWS make the report, unless it has one of the last four hours,
// waits for it and reads it: a row a user, the root user first.
func credentialReport(ctx context.Context, c *iam.Client) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, reportPatience)
	defer cancel()
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 4*time.Second) {
		out, err := c.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
		if err != nil {
			return nil, err
		}
		if out.State == types.ReportStateTypeComplete {
			break
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the credential report: %w", context.Cause(ctx))
		}
	}
	out, err := c.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(out.Content)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the credential report: %w", err)
	}
	rows := []map[string]string{}
	for i, line := range lines {
		if i == 0 {
			continue
		}
		row := map[string]string{}
		for j, name := range lines[0] {
			row[name] = line[j]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func listAccount(_ context.Context, l *Lookup) ([]analysis.Resource, error) {
	return []analysis.Resource{l.found("AWS::Account", l.AccountID, "")}, nil
}
