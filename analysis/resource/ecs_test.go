package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestIntegrationECS(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := ecs.NewFromConfig(e.Fill)
	cluster, family := aws.String("prod"), aws.String("miner")
	must(c.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: cluster}))
	must(c.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: family, NetworkMode: types.NetworkModeAwsvpc, RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		Cpu: aws.String("4096"), Memory: aws.String("8192"),
		TaskRoleArn: aws.String("arn:aws:iam::123456789012:role/app"), ExecutionRoleArn: aws.String("arn:aws:iam::123456789012:role/execution"),
		ContainerDefinitions: []types.ContainerDefinition{{
			Name: aws.String("main"), Image: aws.String("example.com/miner:latest"), Privileged: aws.Bool(true), Command: []string{"-o", "pool.example.com:443"},
			EntryPoint: []string{"/run"}, Essential: aws.Bool(true), Memory: aws.Int32(512),
			Environment: []types.KeyValuePair{{Name: aws.String("DB_PASSWORD"), Value: aws.String("correct horse battery staple")}},
			Secrets:     []types.Secret{{Name: aws.String("API_KEY"), ValueFrom: aws.String("arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf")}},
			LogConfiguration: &types.LogConfiguration{LogDriver: types.LogDriverSplunk, Options: map[string]string{
				"splunk-url": "https://example.com", "splunk-token": "correct horse battery staple",
			}},
		}},
	}))
	subnets, err := ec2.NewFromConfig(e.Fill).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	must(subnets, err)
	groups, err := ec2.NewFromConfig(e.Fill).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
	must(groups, err)
	network := &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
		Subnets: []string{*subnets.Subnets[0].SubnetId}, SecurityGroups: []string{*groups.SecurityGroups[0].GroupId}, AssignPublicIp: types.AssignPublicIpEnabled,
	}}
	must(c.CreateService(ctx, &ecs.CreateServiceInput{
		Cluster: cluster, ServiceName: aws.String("web"), TaskDefinition: family, DesiredCount: aws.Int32(2), LaunchType: types.LaunchTypeFargate,
		EnableExecuteCommand: true, NetworkConfiguration: network,
	}))
	// The emulator's tasks have numbers where AWS's have texts.
	e.lookUp("AWS::ECS::Service", "prod/web", "Services[].CreatedBy", "Tasks[].TaskArn", "Tasks[].StartedBy", "Tasks[].EnableExecuteCommand")
	e.lookUp("AWS::ECS::Cluster", "prod", "Services[].CreatedBy", "Tasks[].TaskArn", "Tasks[].StartedBy", "Tasks[].EnableExecuteCommand")
	e.list("AWS::ECS::Service", "prod", "prod/web")
	e.gone("AWS::ECS::Service", "prod/nothing")
	e.lookUp("AWS::ECS::TaskDefinition", "miner:1", "TaskDefinition.RegisteredAt", "TaskDefinition.RegisteredBy")
	e.list("AWS::ECS::TaskDefinition", "miner:1")
	e.gone("AWS::ECS::TaskDefinition", "nothing:1")
}
