package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestIntegrationDynamoDB(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), dynamodb.NewFromConfig(e.Fill), filled(t)
	name := aws.String("orders")
	made, err := c.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: name, BillingMode: types.BillingModePayPerRequest, DeletionProtectionEnabled: aws.Bool(true),
		SSESpecification:     &types.SSESpecification{Enabled: aws.Bool(true)},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	must(made, err)
	must(c.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{
		TableName: name, PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	}))
	must(c.PutResourcePolicy(ctx, &dynamodb.PutResourcePolicyInput{
		ResourceArn: made.TableDescription.TableArn, Policy: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"dynamodb:Scan","Resource":"*"}]}`),
	}))
	e.lookUp("AWS::DynamoDB::Table", *name, "Table.Replicas[].RegionName", "Exports[].ExportArn")
	e.list("AWS::DynamoDB::Table", *name)
	e.gone("AWS::DynamoDB::Table", "nobodys")
}
