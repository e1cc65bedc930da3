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

const clusterSnapshotType = "AWS::RDS::DBClusterSnapshot"

// rdsSnapshotType is the snapshots of instances and of clusters, for which RDS has
// different calls with the same answers.
func rdsSnapshotType() Type {
	return Type{
		Key: "rds-snapshot", Title: "RDS snapshot", CFN: "AWS::RDS::DBSnapshot", Others: []string{clusterSnapshotType},
		Fields: []Field{
			{"shared with", "Restore[]"},
			{"made", "Snapshot.SnapshotCreateTime"},
			{"kind", "Snapshot.SnapshotType"},
			{"status", "Snapshot.Status"},
			{"of instance", "Snapshot.DBInstanceIdentifier"},
			{"of cluster", "Snapshot.DBClusterIdentifier"},
			{"engine", "Snapshot.Engine"},
			{"encrypted", "Snapshot.Encrypted"},
			{"cluster encrypted", "Snapshot.StorageEncrypted"},
			{"main user", "Snapshot.MasterUsername"},
			{"exported to", "ExportTasks[].S3Bucket"},
			{"exported as", "ExportTasks[].IamRoleArn"},
		},
		Calls: calls("RDS", "rds", "DescribeDBSnapshotAttributes", "DescribeDBClusterSnapshotAttributes", "DescribeExportTasks",
			"DescribeDBClusterSnapshots", "DescribeDBSnapshots"),
		Read: readDBSnapshot, List: listDBSnapshots,
	}
}

// snapshotName is the name out of an ARN. That of an automated snapshot has a colon of
// its own: rds:orders-2026-01-15-06-10.
func snapshotName(id string) (name string, cluster bool) {
	if _, name, ok := strings.Cut(id, ":cluster-snapshot:"); ok {
		return name, true
	}
	if _, name, ok := strings.Cut(id, ":snapshot:"); ok {
		return name, false
	}
	return id, false
}

func readDBSnapshot(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, rds.NewFromConfig)
	name, cluster := snapshotName(l.ID)
	if cluster || l.Type == clusterSnapshotType {
		return readClusterSnapshot(ctx, l, c, name)
	}
	gone := []string{"DBSnapshotNotFound", "DBSnapshotNotFoundFault"}
	var arn *string
	err := l.Must("Snapshot", "rds:DescribeDBSnapshots", one(ctx, c.DescribeDBSnapshots, &rds.DescribeDBSnapshotsInput{DBSnapshotIdentifier: &name},
		func(r *rds.DescribeDBSnapshotsOutput) []types.DBSnapshot {
			for _, s := range r.DBSnapshots {
				arn = s.DBSnapshotArn
			}
			return r.DBSnapshots
		}), gone...)
	if err != nil {
		return err
	}
	l.ARN = cmp.Or(l.ARN, aws.ToString(arn))
	l.Part("Restore", "rds:DescribeDBSnapshotAttributes", answer(ctx, c.DescribeDBSnapshotAttributes,
		&rds.DescribeDBSnapshotAttributesInput{DBSnapshotIdentifier: &name}, func(r *rds.DescribeDBSnapshotAttributesOutput) any {
			with := []string{}
			if r.DBSnapshotAttributesResult != nil {
				for _, a := range r.DBSnapshotAttributesResult.DBSnapshotAttributes {
					if aws.ToString(a.AttributeName) == restore {
						with = append(with, a.AttributeValues...)
					}
				}
			}
			return bounded(with)
		}), gone...)
	exportTasks(ctx, l, c, arn)
	return nil
}

// restore is the attribute of who may restore a snapshot, and so read the data.
const restore = "restore"

func readClusterSnapshot(ctx context.Context, l *Lookup, c *rds.Client, name string) error {
	const gone = "DBClusterSnapshotNotFoundFault"
	var arn *string
	err := l.Must("Snapshot", "rds:DescribeDBClusterSnapshots", one(ctx, c.DescribeDBClusterSnapshots,
		&rds.DescribeDBClusterSnapshotsInput{DBClusterSnapshotIdentifier: &name},
		func(r *rds.DescribeDBClusterSnapshotsOutput) []types.DBClusterSnapshot {
			for _, s := range r.DBClusterSnapshots {
				arn = s.DBClusterSnapshotArn
			}
			return r.DBClusterSnapshots
		}), gone)
	if err != nil {
		return err
	}
	l.ARN = cmp.Or(l.ARN, aws.ToString(arn))
	l.Part("Restore", "rds:DescribeDBClusterSnapshotAttributes", answer(ctx, c.DescribeDBClusterSnapshotAttributes,
		&rds.DescribeDBClusterSnapshotAttributesInput{DBClusterSnapshotIdentifier: &name}, func(r *rds.DescribeDBClusterSnapshotAttributesOutput) any {
			with := []string{}
			if r.DBClusterSnapshotAttributesResult != nil {
				for _, a := range r.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes {
					if aws.ToString(a.AttributeName) == restore {
						with = append(with, a.AttributeValues...)
					}
				}
			}
			return bounded(with)
		}), gone)
	exportTasks(ctx, l, c, arn)
	return nil
}

func exportTasks(ctx context.Context, l *Lookup, c *rds.Client, arn *string) {
	l.Part("ExportTasks", "rds:DescribeExportTasks", list(ctx, rds.NewDescribeExportTasksPaginator(c, &rds.DescribeExportTasksInput{SourceArn: arn}),
		func(p *rds.DescribeExportTasksOutput) []types.ExportTask { return p.ExportTasks }))
}

func listDBSnapshots(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, rds.NewFromConfig)
	all, err := resourcesIn(ctx, rds.NewDescribeDBSnapshotsPaginator(c, &rds.DescribeDBSnapshotsInput{}),
		func(p *rds.DescribeDBSnapshotsOutput) []types.DBSnapshot { return p.DBSnapshots },
		func(s types.DBSnapshot) analysis.Resource {
			return l.found("AWS::RDS::DBSnapshot", aws.ToString(s.DBSnapshotIdentifier), aws.ToString(s.DBSnapshotArn))
		})
	if err != nil {
		return nil, err
	}
	clusters, err := resourcesIn(ctx, rds.NewDescribeDBClusterSnapshotsPaginator(c, &rds.DescribeDBClusterSnapshotsInput{}),
		func(p *rds.DescribeDBClusterSnapshotsOutput) []types.DBClusterSnapshot { return p.DBClusterSnapshots },
		func(s types.DBClusterSnapshot) analysis.Resource {
			return l.found(clusterSnapshotType, aws.ToString(s.DBClusterSnapshotIdentifier), aws.ToString(s.DBClusterSnapshotArn))
		})
	return append(all, clusters...), err
}
