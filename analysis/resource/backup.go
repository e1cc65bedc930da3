package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func backupTypes() []Type {
	return []Type{
		{
			Key: "backup-vault", Title: "AWS Backup vault", CFN: "AWS::Backup::BackupVault",
			Fields: []Field{
				{"created", "Vault.CreationDate"},
				{"locked", "Vault.Locked"},
				{"locked from", "Vault.LockDate"},
				{"key", "Vault.EncryptionKeyArn"},
				{"kept at least (days)", "Vault.MinRetentionDays"},
				{"recovery points", "Vault.NumberOfRecoveryPoints"},
				{"may use it", "Policy.Statement[].Principal"},
				{"last points", "RecoveryPoints[].CreationDate"},
				{"backed up", "RecoveryPoints[].ResourceArn"},
				{"point status", "RecoveryPoints[].Status"},
			},
			Calls: calls("Backup", "backup", "DescribeBackupVault", "GetBackupVaultAccessPolicy", "ListRecoveryPointsByBackupVault",
				"ListBackupVaults"),
			Read: readVault, List: listVaults,
		},
	}
}

const backupNotFound = "ResourceNotFoundException"

func readVault(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, backup.NewFromConfig), aws.String(l.rest("backup-vault:"))
	err := l.Must("Vault", "backup:DescribeBackupVault", func() (any, error) {
		out, err := c.DescribeBackupVault(ctx, &backup.DescribeBackupVaultInput{BackupVaultName: name})
		if err != nil {
			// So AWS Backup answers of a vault that does not exist; IAM's own refusals
			// name the action.
			return nil, goneIn(err, "AccessDeniedException", "insufficient privileges to perform this action")
		}
		l.ARN = aws.ToString(out.BackupVaultArn)
		return out, nil
	}, backupNotFound)
	if err != nil {
		return err
	}
	l.Part("Policy", "backup:GetBackupVaultAccessPolicy", func() (any, error) {
		out, err := c.GetBackupVaultAccessPolicy(ctx, &backup.GetBackupVaultAccessPolicyInput{BackupVaultName: name})
		if err != nil {
			return nil, err
		}
		return document(out.Policy), nil
	}, backupNotFound)
	l.Part("RecoveryPoints", "backup:ListRecoveryPointsByBackupVault", list(ctx,
		backup.NewListRecoveryPointsByBackupVaultPaginator(c, &backup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: name}),
		func(p *backup.ListRecoveryPointsByBackupVaultOutput) []types.RecoveryPointByBackupVault {
			return p.RecoveryPoints
		}))
	return nil
}

func listVaults(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, backup.NewFromConfig)
	all, err := collect(ctx, backup.NewListBackupVaultsPaginator(c, &backup.ListBackupVaultsInput{}),
		func(p *backup.ListBackupVaultsOutput) []types.BackupVaultListMember { return p.BackupVaultList })
	return resources(l, "AWS::Backup::BackupVault", all, err, func(v types.BackupVaultListMember) (string, string) {
		return aws.ToString(v.BackupVaultName), aws.ToString(v.BackupVaultArn)
	})
}
