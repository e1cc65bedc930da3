package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lightsail"
	"github.com/aws/aws-sdk-go-v2/service/lightsail/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func lightsailTypes() []Type {
	return []Type{
		{
			Key: "lightsail", Title: "Lightsail instance", CFN: "AWS::Lightsail::Instance",
			Fields: []Field{
				{"state", "Instance.State.Name"},
				{"created", "Instance.CreatedAt"},
				{"image", "Instance.BlueprintId"},
				{"bundle", "Instance.BundleId"},
				{"address", "Instance.PublicIpAddress"},
				{"key", "Instance.SshKeyName"},
				{"from port", "Ports[].FromPort"},
				{"to port", "Ports[].ToPort"},
				{"open to", "Ports[].Cidrs"},
			},
			Calls: calls("Lightsail", "lightsail", "GetInstance", "GetInstancePortStates", "GetInstances"),
			Read:  readLightsail, List: listLightsail,
		},
	}
}

func readLightsail(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, lightsail.NewFromConfig), aws.String(l.ID)
	err := l.Must("Instance", "lightsail:GetInstance", func() (any, error) {
		out, err := c.GetInstance(ctx, &lightsail.GetInstanceInput{InstanceName: name})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Instance.Arn)
		return out.Instance, nil
	}, "NotFoundException", "DoesNotExist")
	if err != nil {
		return err
	}
	l.Part("Ports", "lightsail:GetInstancePortStates", func() (any, error) {
		out, err := c.GetInstancePortStates(ctx, &lightsail.GetInstancePortStatesInput{InstanceName: name})
		if err != nil {
			return nil, err
		}
		return append([]types.InstancePortState{}, out.PortStates...), nil
	})
	return nil
}

func listLightsail(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, lightsail.NewFromConfig)
	all, err := follow(func(token *string) ([]types.Instance, *string, error) {
		out, err := c.GetInstances(ctx, &lightsail.GetInstancesInput{PageToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Instances, out.NextPageToken, nil
	})
	return resources(l, "AWS::Lightsail::Instance", all, err, func(i types.Instance) (string, string) {
		return aws.ToString(i.Name), aws.ToString(i.Arn)
	})
}
