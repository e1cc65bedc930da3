package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

func TestIntegrationEKS(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	subnets, err := ec2.NewFromConfig(e.Fill).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	must(subnets, err)
	c, name, subnet := eks.NewFromConfig(e.Fill), aws.String("prod"), []string{*subnets.Subnets[0].SubnetId}
	must(c.CreateCluster(ctx, &eks.CreateClusterInput{
		Name: name, RoleArn: aws.String("arn:aws:iam::123456789012:role/eks"), Version: aws.String("1.33"),
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: subnet, EndpointPublicAccess: aws.Bool(true), PublicAccessCidrs: []string{"0.0.0.0/0"}},
		Logging:            &types.Logging{ClusterLogging: []types.LogSetup{{Enabled: aws.Bool(false), Types: []types.LogType{types.LogTypeAudit}}}},
	}))
	must(c.CreateNodegroup(ctx, &eks.CreateNodegroupInput{ClusterName: name, NodegroupName: aws.String("workers"), NodeRole: aws.String("arn:aws:iam::123456789012:role/node"), Subnets: subnet}))
	e.lookUp("AWS::EKS::Cluster", *name, "Cluster.AccessConfig.AuthenticationMode", "Addons", "IdentityProviders[].Name",
		"Cluster.ResourcesVpcConfig.EndpointPublicAccess", "Cluster.ResourcesVpcConfig.PublicAccessCidrs")
	e.list("AWS::EKS::Cluster", *name)
	e.gone("AWS::EKS::Cluster", "nothing")
}
