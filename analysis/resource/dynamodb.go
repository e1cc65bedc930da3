package resource

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func dynamoDBTypes() []Type {
	return []Type{{
		Key: "dynamodb-table", Title: "DynamoDB table", CFN: "AWS::DynamoDB::Table",
		Fields: []Field{
			{"status", "Table.TableStatus"},
			{"created", "Table.CreationDateTime"},
			{"deletion protection", "Table.DeletionProtectionEnabled"},
			{"items", "Table.ItemCount"},
			{"KMS key", "Table.SSEDescription.KMSMasterKeyArn"},
			{"point in time", "ContinuousBackups.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus"},
			{"policy", "Policy.Statement[].Principal"},
			{"exports", "Exports[].ExportArn"},
			{"replicas", "Table.Replicas[].RegionName"},
		},
		Calls: calls("DynamoDB", "dynamodb", "DescribeTable", "DescribeContinuousBackups", "GetResourcePolicy", "ListExports", "ListTables"),
		Read:  readTable, List: listTables,
	}}
}

func readTable(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, dynamodb.NewFromConfig)
	table, _, _ := strings.Cut(l.rest("table/"), "/") // an ARN may go on: table/orders/index/by-day
	name := aws.String(table)
	const gone = "ResourceNotFoundException"
	var arn *string
	err := l.Must("Table", "dynamodb:DescribeTable", answer(ctx, c.DescribeTable, &dynamodb.DescribeTableInput{TableName: name},
		func(r *dynamodb.DescribeTableOutput) any {
			arn = r.Table.TableArn
			l.ARN = cmp.Or(l.ARN, aws.ToString(arn))
			return r.Table
		}), gone)
	if err != nil {
		return err
	}
	l.Part("ContinuousBackups", "dynamodb:DescribeContinuousBackups", answer(ctx, c.DescribeContinuousBackups,
		&dynamodb.DescribeContinuousBackupsInput{TableName: name},
		func(r *dynamodb.DescribeContinuousBackupsOutput) any { return r.ContinuousBackupsDescription }), "TableNotFoundException")
	l.Part("Policy", "dynamodb:GetResourcePolicy", answer(ctx, c.GetResourcePolicy, &dynamodb.GetResourcePolicyInput{ResourceArn: arn},
		func(r *dynamodb.GetResourcePolicyOutput) any { return document(r.Policy) }), "PolicyNotFoundException", gone)
	l.Part("Exports", "dynamodb:ListExports", list(ctx, dynamodb.NewListExportsPaginator(c, &dynamodb.ListExportsInput{TableArn: arn}),
		func(p *dynamodb.ListExportsOutput) []types.ExportSummary { return p.ExportSummaries }))
	return nil
}

func listTables(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, dynamodb.NewFromConfig)
	return resourcesIn(ctx, dynamodb.NewListTablesPaginator(c, &dynamodb.ListTablesInput{}),
		func(p *dynamodb.ListTablesOutput) []string { return p.TableNames },
		func(name string) analysis.Resource {
			return l.found("AWS::DynamoDB::Table", name, l.arn("dynamodb", "table/"+name))
		})
}
