package resource

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

const launchConfigurationType = "AWS::AutoScaling::LaunchConfiguration"

func autoScalingTypes() []Type {
	return []Type{{
		Key: "asg", Title: "Auto Scaling group", CFN: "AWS::AutoScaling::AutoScalingGroup", Others: []string{launchConfigurationType},
		Fields: []Field{
			{"created", "AutoScalingGroup.CreatedTime"},
			{"desired", "AutoScalingGroup.DesiredCapacity"},
			{"minimum", "AutoScalingGroup.MinSize"},
			{"maximum", "AutoScalingGroup.MaxSize"},
			{"instances", "AutoScalingGroup.Instances[].InstanceId"},
			{"launch template", "AutoScalingGroup.LaunchTemplate.LaunchTemplateId"},
			{"template version", "AutoScalingGroup.LaunchTemplate.Version"},
			{"launch configuration", "LaunchConfiguration.LaunchConfigurationName"},
			{"AMI", "LaunchConfiguration.ImageId"},
			{"profile", "LaunchConfiguration.IamInstanceProfile"},
			{"user data", "LaunchConfiguration.UserData.masked"},
			{"user data holds", "LaunchConfiguration.UserData.matches[]"},
		},
		Calls: calls("Auto Scaling", "autoscaling", "DescribeLaunchConfigurations", "DescribeAutoScalingGroups"),
		Read:  readAutoScalingGroup, List: listAutoScalingGroups,
	}}
}

func readAutoScalingGroup(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, autoscaling.NewFromConfig)
	if l.Type == launchConfigurationType {
		return l.Must("LaunchConfiguration", "autoscaling:DescribeLaunchConfigurations", launchConfiguration(ctx, c, l.NameFrom()))
	}
	var uses string
	err := l.Must("AutoScalingGroup", "autoscaling:DescribeAutoScalingGroups", func() (any, error) {
		out, err := c.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{l.NameFrom()}})
		if err != nil {
			return nil, err
		}
		if len(out.AutoScalingGroups) > 0 {
			l.ARN = cmp.Or(l.ARN, aws.ToString(out.AutoScalingGroups[0].AutoScalingGroupARN))
			uses = aws.ToString(out.AutoScalingGroups[0].LaunchConfigurationName)
		}
		return only(out.AutoScalingGroups, nil)
	})
	if err != nil {
		return err
	}
	l.Part("LaunchConfiguration", "autoscaling:DescribeLaunchConfigurations", func() (any, error) {
		if uses == "" {
			return nil, errGone
		}
		return launchConfiguration(ctx, c, uses)()
	})
	return nil
}

func launchConfiguration(ctx context.Context, c *autoscaling.Client, name string) func() (any, error) {
	type configuration struct {
		types.LaunchConfiguration
		UserData any // instead of the text
	}
	return one(ctx, c.DescribeLaunchConfigurations, &autoscaling.DescribeLaunchConfigurationsInput{LaunchConfigurationNames: []string{name}},
		func(r *autoscaling.DescribeLaunchConfigurationsOutput) []configuration {
			all := make([]configuration, len(r.LaunchConfigurations))
			for i, f := range r.LaunchConfigurations {
				all[i] = configuration{f, userData(f.UserData)}
			}
			return all
		})
}

func listAutoScalingGroups(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, autoscaling.NewFromConfig)
	return resourcesIn(ctx, autoscaling.NewDescribeAutoScalingGroupsPaginator(c, &autoscaling.DescribeAutoScalingGroupsInput{}),
		func(p *autoscaling.DescribeAutoScalingGroupsOutput) []types.AutoScalingGroup {
			return p.AutoScalingGroups
		},
		func(g types.AutoScalingGroup) analysis.Resource {
			return l.found("AWS::AutoScaling::AutoScalingGroup", aws.ToString(g.AutoScalingGroupName), aws.ToString(g.AutoScalingGroupARN))
		})
}
