package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
)

func TestIntegrationBackup(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := backup.NewFromConfig(e.Fill), aws.String("vault")
	must(c.CreateBackupVault(ctx, &backup.CreateBackupVaultInput{BackupVaultName: name}))
	must(c.PutBackupVaultLockConfiguration(ctx, &backup.PutBackupVaultLockConfigurationInput{BackupVaultName: name, MinRetentionDays: aws.Int64(7), ChangeableForDays: aws.Int64(3)}))
	e.lookUp("AWS::Backup::BackupVault", *name, "Vault.EncryptionKeyArn", "Policy.Statement[].Principal", "RecoveryPoints[].CreationDate", "RecoveryPoints[].ResourceArn", "RecoveryPoints[].Status")
	e.list("AWS::Backup::BackupVault", *name)
	e.gone("AWS::Backup::BackupVault", "nothing")
}
