package resource

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ec2InstanceTypes() []Type {
	return []Type{
		{
			Key: "ec2-instance", Title: "EC2 instance", CFN: "AWS::EC2::Instance",
			Fields: []Field{
				{"state", "Instance.State.Name"},
				{"launched", "Instance.LaunchTime"},
				{"type", "Instance.InstanceType"},
				{"AMI", "Instance.ImageId"},
				{"public address", "Instance.PublicIpAddress"},
				{"private address", "Instance.PrivateIpAddress"},
				{"security groups", "Instance.SecurityGroups[].GroupId"},
				{"profile", "Instance.IamInstanceProfile.Arn"},
				{"IMDS tokens", "Instance.MetadataOptions.HttpTokens"},
				{"IMDS", "Instance.MetadataOptions.HttpEndpoint"},
				{"key pair", "Instance.KeyName"},
				{"user data", "UserData.masked"},
				{"user data holds", "UserData.matches[]"},
				{"termination protection", "DisableApiTermination.Value"},
				{"SSM agent", "Managed[].PingStatus"},
				{"tags", "Instance.Tags[].Value"},
			},
			Calls: slices.Concat(calls("SSM", "ssm", "DescribeInstanceInformation"), ec2Calls("DescribeInstanceAttribute",
				"DescribeIamInstanceProfileAssociations", "DescribeInstanceStatus", "DescribeInstances")),
			Read: readEC2Instance, List: listEC2Instances,
		},
		{
			Key: "ec2-keypair", Title: "EC2 key pair", CFN: "AWS::EC2::KeyPair",
			Fields: []Field{
				{"created", "KeyPair.CreateTime"},
				{"fingerprint", "KeyPair.KeyFingerprint"},
				{"kind", "KeyPair.KeyType"},
				{"used by", "Instances[].InstanceId"},
			},
			Calls: ec2Calls("DescribeInstances", "DescribeKeyPairs"),
			Read:  readKeyPair, List: listKeyPairs,
		},
		{
			Key: "ec2-launch-template", Title: "Launch template", CFN: "AWS::EC2::LaunchTemplate",
			Fields: []Field{
				{"created", "LaunchTemplate.CreateTime"},
				{"created by", "LaunchTemplate.CreatedBy"},
				{"default version", "LaunchTemplate.DefaultVersionNumber"},
				{"latest version", "LaunchTemplate.LatestVersionNumber"},
				{"AMI", "Versions[].LaunchTemplateData.ImageId"},
				{"profile", "Versions[].LaunchTemplateData.IamInstanceProfile.Arn"},
				{"IMDS tokens", "Versions[].LaunchTemplateData.MetadataOptions.HttpTokens"},
				{"user data", "Versions[].LaunchTemplateData.UserData.masked"},
				{"user data holds", "Versions[].LaunchTemplateData.UserData.matches[]"},
			},
			Calls: ec2Calls("DescribeLaunchTemplateVersions", "DescribeLaunchTemplates"),
			Read:  readLaunchTemplate, List: listLaunchTemplates,
		},
	}
}

const noSuchInstance = "InvalidInstanceID.NotFound"

func instancesIn(p *ec2.DescribeInstancesOutput) []types.Instance {
	var all []types.Instance
	for _, r := range p.Reservations {
		all = append(all, r.Instances...)
	}
	return all
}

func readEC2Instance(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	managed := list(ctx, ssm.NewDescribeInstanceInformationPaginator(awsread.New(l.Access, ssm.NewFromConfig), &ssm.DescribeInstanceInformationInput{
		Filters: []ssmtypes.InstanceInformationStringFilter{{Key: aws.String("InstanceIds"), Values: []string{id}}},
	}), func(p *ssm.DescribeInstanceInformationOutput) []ssmtypes.InstanceInformation {
		return p.InstanceInformationList
	})
	if strings.HasPrefix(id, "mi-") { // a machine outside of AWS, which EC2 does not know
		return l.Must("Managed", "ssm:DescribeInstanceInformation", func() (any, error) {
			all, err := managed()
			if machines, ok := all.([]ssmtypes.InstanceInformation); ok && len(machines) == 0 {
				return nil, errGone
			}
			return all, err
		})
	}
	err := l.Must("Instance", "ec2:DescribeInstances", one(ctx, c.DescribeInstances,
		&ec2.DescribeInstancesInput{InstanceIds: []string{id}}, instancesIn), noSuchInstance)
	if err != nil {
		return err
	}
	knowEC2(l, "instance", id)
	l.Part("UserData", "ec2:DescribeInstanceAttribute", answer(ctx, c.DescribeInstanceAttribute,
		&ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: types.InstanceAttributeNameUserData},
		func(r *ec2.DescribeInstanceAttributeOutput) any {
			if r.UserData == nil {
				return nil
			}
			return userData(r.UserData.Value)
		}), noSuchInstance)
	l.Part("DisableApiTermination", "ec2:DescribeInstanceAttribute", answer(ctx, c.DescribeInstanceAttribute,
		&ec2.DescribeInstanceAttributeInput{InstanceId: &id, Attribute: types.InstanceAttributeNameDisableApiTermination},
		func(r *ec2.DescribeInstanceAttributeOutput) any { return r.DisableApiTermination }), noSuchInstance)
	l.Part("ProfileAssociations", "ec2:DescribeIamInstanceProfileAssociations", list(ctx,
		ec2.NewDescribeIamInstanceProfileAssociationsPaginator(c, &ec2.DescribeIamInstanceProfileAssociationsInput{
			Filters: []types.Filter{where("instance-id", id)},
		}),
		func(p *ec2.DescribeIamInstanceProfileAssociationsOutput) []types.IamInstanceProfileAssociation {
			return p.IamInstanceProfileAssociations
		}))
	l.Part("Status", "ec2:DescribeInstanceStatus", one(ctx, c.DescribeInstanceStatus,
		&ec2.DescribeInstanceStatusInput{InstanceIds: []string{id}, IncludeAllInstances: aws.Bool(true)},
		func(r *ec2.DescribeInstanceStatusOutput) []types.InstanceStatus { return r.InstanceStatuses }), noSuchInstance)
	l.Part("Managed", "ssm:DescribeInstanceInformation", managed)
	return nil
}

func listEC2Instances(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeInstancesPaginator(c, &ec2.DescribeInstancesInput{}), instancesIn,
		func(i types.Instance) analysis.Resource {
			return foundEC2(l, "AWS::EC2::Instance", "instance", i.InstanceId)
		})
}

// isKeyPairID tells an id of AWS's making from a name.
func isKeyPairID(id string) bool {
	rest, ok := strings.CutPrefix(id, "key-")
	return ok && len(rest) >= 8 && strings.Trim(rest, "0123456789abcdef") == ""
}

func readKeyPair(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	in := &ec2.DescribeKeyPairsInput{KeyNames: []string{id}, IncludePublicKey: aws.Bool(true)}
	if isKeyPairID(id) {
		in.KeyNames, in.KeyPairIds = nil, []string{id}
	}
	err := l.Must("KeyPair", "ec2:DescribeKeyPairs", func() (any, error) {
		out, err := c.DescribeKeyPairs(ctx, in)
		if err != nil {
			return nil, err
		}
		if len(out.KeyPairs) > 0 {
			id = aws.ToString(out.KeyPairs[0].KeyName)
			knowEC2(l, "key-pair", aws.ToString(out.KeyPairs[0].KeyPairId))
		}
		return only(out.KeyPairs, nil)
	}, "InvalidKeyPair.NotFound", "InvalidKeyPairId.NotFound")
	if err != nil {
		return err
	}
	l.Part("Instances", "ec2:DescribeInstances", func() (any, error) {
		type instance struct {
			InstanceId *string
			State      types.InstanceStateName
			LaunchTime *time.Time
		}
		found, err := collect(ctx, ec2.NewDescribeInstancesPaginator(c, &ec2.DescribeInstancesInput{
			Filters: []types.Filter{where("key-name", id)},
		}), instancesIn)
		if err != nil {
			return nil, err
		}
		all := make([]instance, len(found))
		for i, f := range found {
			all[i] = instance{f.InstanceId, "", f.LaunchTime}
			if f.State != nil {
				all[i].State = f.State.Name
			}
		}
		return all, nil
	})
	return nil
}

func listKeyPairs(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	out, err := awsread.New(l.Access, ec2.NewFromConfig).DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{})
	if err != nil {
		return nil, err
	}
	return resourcesOf(bounded(out.KeyPairs), func(k types.KeyPairInfo) analysis.Resource {
		return l.found("AWS::EC2::KeyPair", aws.ToString(k.KeyName), ec2ARN(l, "key-pair", aws.ToString(k.KeyPairId)))
	}), nil
}

func readLaunchTemplate(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	in := &ec2.DescribeLaunchTemplatesInput{LaunchTemplateNames: []string{id}}
	if strings.HasPrefix(id, "lt-") {
		in = &ec2.DescribeLaunchTemplatesInput{LaunchTemplateIds: []string{id}}
	}
	err := l.Must("LaunchTemplate", "ec2:DescribeLaunchTemplates", func() (any, error) {
		out, err := c.DescribeLaunchTemplates(ctx, in)
		if err != nil {
			return nil, err
		}
		if len(out.LaunchTemplates) > 0 {
			id = aws.ToString(out.LaunchTemplates[0].LaunchTemplateId)
			knowEC2(l, "launch-template", id)
		}
		return only(out.LaunchTemplates, nil)
	}, "InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateName.NotFoundException")
	if err != nil {
		return err
	}
	l.Part("Versions", "ec2:DescribeLaunchTemplateVersions", func() (any, error) {
		found, err := collect(ctx, ec2.NewDescribeLaunchTemplateVersionsPaginator(c, &ec2.DescribeLaunchTemplateVersionsInput{LaunchTemplateId: &id}),
			func(p *ec2.DescribeLaunchTemplateVersionsOutput) []types.LaunchTemplateVersion {
				return p.LaunchTemplateVersions
			})
		if err != nil {
			return nil, err
		}
		type data struct {
			*types.ResponseLaunchTemplateData
			UserData any // instead of the text
		}
		type version struct {
			types.LaunchTemplateVersion
			LaunchTemplateData any // instead of AWS's
		}
		all := make([]version, len(found))
		for i, v := range found {
			all[i] = version{v, nil}
			if d := v.LaunchTemplateData; d != nil {
				all[i].LaunchTemplateData = data{d, userData(d.UserData)}
			}
		}
		return all, nil
	})
	return nil
}

func listLaunchTemplates(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeLaunchTemplatesPaginator(c, &ec2.DescribeLaunchTemplatesInput{}),
		func(p *ec2.DescribeLaunchTemplatesOutput) []types.LaunchTemplate { return p.LaunchTemplates },
		func(t types.LaunchTemplate) analysis.Resource {
			return foundEC2(l, "AWS::EC2::LaunchTemplate", "launch-template", t.LaunchTemplateId)
		})
}
