package resource

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func rdsTypes() []Type {
	return []Type{
		{
			Key: "rds-instance", Title: "RDS instance", CFN: "AWS::RDS::DBInstance",
			Fields: []Field{
				{"status", "DBInstance.DBInstanceStatus"},
				{"public", "DBInstance.PubliclyAccessible"},
				{"created", "DBInstance.InstanceCreateTime"},
				{"engine", "DBInstance.Engine"},
				{"endpoint", "DBInstance.Endpoint.Address"},
				{"main user", "DBInstance.MasterUsername"},
				{"deletion protection", "DBInstance.DeletionProtection"},
				{"days of backups", "DBInstance.BackupRetentionPeriod"},
				{"encrypted", "DBInstance.StorageEncrypted"},
				{"security groups", "DBInstance.VpcSecurityGroups[].VpcSecurityGroupId"},
				{"roles", "DBInstance.AssociatedRoles[].RoleArn"},
				{"pending changes", "DBInstance.PendingModifiedValues"},
				{"automated backups", "AutomatedBackups[].Status"},
			},
			Calls: calls("RDS", "rds", "DescribeDBInstanceAutomatedBackups", "DescribeDBInstances"),
			Read:  readDBInstance, List: listDBInstances,
		},
		{
			Key: "rds-cluster", Title: "RDS cluster", CFN: "AWS::RDS::DBCluster",
			Fields: []Field{
				{"status", "DBCluster.Status"},
				{"created", "DBCluster.ClusterCreateTime"},
				{"engine", "DBCluster.Engine"},
				{"endpoint", "DBCluster.Endpoint"},
				{"main user", "DBCluster.MasterUsername"},
				{"deletion protection", "DBCluster.DeletionProtection"},
				{"days of backups", "DBCluster.BackupRetentionPeriod"},
				{"data API", "DBCluster.HttpEndpointEnabled"},
				{"encrypted", "DBCluster.StorageEncrypted"},
				{"roles", "DBCluster.AssociatedRoles[].RoleArn"},
				{"members", "DBCluster.DBClusterMembers[].DBInstanceIdentifier"},
				{"security groups", "DBCluster.VpcSecurityGroups[].VpcSecurityGroupId"},
			},
			Calls: calls("RDS", "rds", "DescribeDBClusters"),
			Read:  readDBCluster, List: listDBClusters,
		},
		rdsSnapshotType(),
	}
}

// isRDSID tells the id that RDS gives an instance (db-ABC…) or a cluster (cluster-ABC…)
// for good from the name that people give it, which has no capitals.
func isRDSID(id, prefix string) bool {
	rest, ok := strings.CutPrefix(id, prefix)
	return ok && len(rest) >= 20 && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// hidePassword makes sure of what AWS does itself: a password that waits to be set is
// told as stars.
func hidePassword(password *string) *string {
	if password == nil {
		return nil
	}
	return aws.String("****")
}

func rdsFilter(name, value string) []types.Filter {
	return []types.Filter{{Name: &name, Values: []string{value}}}
}

func readDBInstance(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, rds.NewFromConfig), l.NameFrom()
	in := &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id}
	if isRDSID(id, "db-") {
		in = &rds.DescribeDBInstancesInput{Filters: rdsFilter("dbi-resource-id", id)}
	}
	var resourceID *string
	err := l.Must("DBInstance", "rds:DescribeDBInstances", one(ctx, c.DescribeDBInstances, in,
		func(r *rds.DescribeDBInstancesOutput) []types.DBInstance {
			for _, db := range r.DBInstances {
				l.ARN = cmp.Or(l.ARN, aws.ToString(db.DBInstanceArn))
				resourceID = db.DbiResourceId
				if db.PendingModifiedValues != nil {
					db.PendingModifiedValues.MasterUserPassword = hidePassword(db.PendingModifiedValues.MasterUserPassword)
				}
			}
			return r.DBInstances
		}), "DBInstanceNotFound", "DBInstanceNotFoundFault")
	if err != nil {
		return err
	}
	l.Part("AutomatedBackups", "rds:DescribeDBInstanceAutomatedBackups", list(ctx,
		rds.NewDescribeDBInstanceAutomatedBackupsPaginator(c, &rds.DescribeDBInstanceAutomatedBackupsInput{
			Filters: rdsFilter("dbi-resource-id", aws.ToString(resourceID)),
		}),
		func(p *rds.DescribeDBInstanceAutomatedBackupsOutput) []types.DBInstanceAutomatedBackup {
			return p.DBInstanceAutomatedBackups
		}), "DBInstanceAutomatedBackupNotFound")
	return nil
}

func listDBInstances(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, rds.NewFromConfig)
	return resourcesIn(ctx, rds.NewDescribeDBInstancesPaginator(c, &rds.DescribeDBInstancesInput{}),
		func(p *rds.DescribeDBInstancesOutput) []types.DBInstance { return p.DBInstances },
		func(db types.DBInstance) analysis.Resource {
			return l.found("AWS::RDS::DBInstance", aws.ToString(db.DBInstanceIdentifier), aws.ToString(db.DBInstanceArn))
		})
}

func readDBCluster(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, rds.NewFromConfig), l.NameFrom()
	in := &rds.DescribeDBClustersInput{DBClusterIdentifier: &id}
	if isRDSID(id, "cluster-") {
		in = &rds.DescribeDBClustersInput{Filters: rdsFilter("db-cluster-resource-id", id)}
	}
	return l.Must("DBCluster", "rds:DescribeDBClusters", one(ctx, c.DescribeDBClusters, in,
		func(r *rds.DescribeDBClustersOutput) []types.DBCluster {
			for _, db := range r.DBClusters {
				l.ARN = cmp.Or(l.ARN, aws.ToString(db.DBClusterArn))
				if db.PendingModifiedValues != nil {
					db.PendingModifiedValues.MasterUserPassword = hidePassword(db.PendingModifiedValues.MasterUserPassword)
				}
			}
			return r.DBClusters
		}), "DBClusterNotFoundFault")
}

func listDBClusters(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, rds.NewFromConfig)
	return resourcesIn(ctx, rds.NewDescribeDBClustersPaginator(c, &rds.DescribeDBClustersInput{}),
		func(p *rds.DescribeDBClustersOutput) []types.DBCluster { return p.DBClusters },
		func(db types.DBCluster) analysis.Resource {
			return l.found("AWS::RDS::DBCluster", aws.ToString(db.DBClusterIdentifier), aws.ToString(db.DBClusterArn))
		})
}
