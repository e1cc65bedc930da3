package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
)

// Ids of RDS that are no names.
func TestRDSNames(t *testing.T) {
	for id, want := range map[string]bool{"db-ABCDEFGHIJKLMNOPQRSTUVWXYZ": true, "db-orders": false, "orders": false} {
		if got := isRDSID(id, "db-"); got != want {
			t.Errorf("%s is an id: %v", id, got)
		}
	}
	f := func(id, want string, cluster bool) {
		t.Helper()
		if got, of := snapshotName(id); got != want || of != cluster {
			t.Errorf("%s is %q of a cluster: %v", id, got, of)
		}
	}
	f("orders-1", "orders-1", false)
	f("rds:orders-2026-01-15-06-10", "rds:orders-2026-01-15-06-10", false)
	f("arn:aws:rds:us-east-1:123456789012:snapshot:rds:orders-2026-01-15-06-10", "rds:orders-2026-01-15-06-10", false)
	f("arn:aws:rds:us-east-1:123456789012:cluster-snapshot:orders-1", "orders-1", true)
}

func TestIntegrationRDS(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), rds.NewFromConfig(e.Fill), filled(t)
	db, cluster, role := aws.String("orders"), aws.String("ledger"), aws.String("arn:aws:iam::123456789012:role/export")
	password := aws.String("correct-horse")
	must(c.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: db, DBInstanceClass: aws.String("db.t3.micro"), Engine: aws.String("mysql"), MasterUsername: aws.String("admin"),
		MasterUserPassword: password, AllocatedStorage: aws.Int32(20), PubliclyAccessible: aws.Bool(true), VpcSecurityGroupIds: []string{"sg-0abcdef1234567890"},
	}))
	e.lookUp("AWS::RDS::DBInstance", *db, "DBInstance.AssociatedRoles[].RoleArn", "DBInstance.PendingModifiedValues")
	e.list("AWS::RDS::DBInstance", *db)
	e.gone("AWS::RDS::DBInstance", "nobodys")

	must(c.CreateDBCluster(ctx, &rds.CreateDBClusterInput{
		DBClusterIdentifier: cluster, Engine: aws.String("aurora-postgresql"), MasterUsername: aws.String("admin"), MasterUserPassword: password,
		VpcSecurityGroupIds: []string{"sg-0abcdef1234567890"},
	}))
	must(c.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("ledger-1"), DBClusterIdentifier: cluster, DBInstanceClass: aws.String("db.r6g.large"), Engine: aws.String("aurora-postgresql"),
	}))
	e.lookUp("AWS::RDS::DBCluster", *cluster, "DBCluster.AssociatedRoles[].RoleArn")
	e.list("AWS::RDS::DBCluster", *cluster)
	e.gone("AWS::RDS::DBCluster", "nobodys")

	snapshot, err := c.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: db, DBSnapshotIdentifier: aws.String("orders-1")})
	must(snapshot, err)
	must(c.ModifyDBSnapshotAttribute(ctx, &rds.ModifyDBSnapshotAttributeInput{
		DBSnapshotIdentifier: aws.String("orders-1"), AttributeName: aws.String(restore), ValuesToAdd: []string{"444455556666"},
	}))
	must(c.StartExportTask(ctx, &rds.StartExportTaskInput{
		ExportTaskIdentifier: aws.String("out"), SourceArn: snapshot.DBSnapshot.DBSnapshotArn, S3BucketName: aws.String("amzn-s3-demo-bucket"),
		IamRoleArn: role, KmsKeyId: aws.String("1234abcd-12ab-34cd-56ef-1234567890ab"),
	}))
	must(c.CreateDBClusterSnapshot(ctx, &rds.CreateDBClusterSnapshotInput{DBClusterIdentifier: cluster, DBClusterSnapshotIdentifier: aws.String("ledger-1")}))
	must(c.ModifyDBClusterSnapshotAttribute(ctx, &rds.ModifyDBClusterSnapshotAttributeInput{
		DBClusterSnapshotIdentifier: aws.String("ledger-1"), AttributeName: aws.String(restore), ValuesToAdd: []string{"all"},
	}))
	e.lookUp("AWS::RDS::DBSnapshot", "orders-1", "Snapshot.DBClusterIdentifier", "Snapshot.StorageEncrypted")
	e.also(clusterSnapshotType, "ledger-1")
	e.list("AWS::RDS::DBSnapshot", "orders-1", "ledger-1")
	e.gone("AWS::RDS::DBSnapshot", "nobodys")
}
