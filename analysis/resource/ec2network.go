package resource

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ec2NetworkTypes() []Type {
	return []Type{
		{
			Key: "ec2-sg", Title: "EC2 security group", CFN: "AWS::EC2::SecurityGroup",
			Fields: []Field{
				{"name", "SecurityGroup.GroupName"},
				{"VPC", "SecurityGroup.VpcId"},
				{"lets in", "SecurityGroup.IpPermissions[].IpRanges[].CidrIp"},
				{"lets in IPv6", "SecurityGroup.IpPermissions[].Ipv6Ranges[].CidrIpv6"},
				{"from port", "SecurityGroup.IpPermissions[].FromPort"},
				{"to port", "SecurityGroup.IpPermissions[].ToPort"},
				{"rules", "Rules[].SecurityGroupRuleId"},
				{"interfaces", "NetworkInterfaces[].NetworkInterfaceId"},
				{"instances", "NetworkInterfaces[].Attachment.InstanceId"},
			},
			Calls: ec2Calls("DescribeSecurityGroupRules", "DescribeNetworkInterfaces", "DescribeSecurityGroups"),
			Read:  readSecurityGroup, List: listSecurityGroups,
		},
		{
			Key: "ec2-nacl", Title: "Network ACL", CFN: "AWS::EC2::NetworkAcl",
			Fields: []Field{
				{"VPC", "NetworkAcl.VpcId"},
				{"default", "NetworkAcl.IsDefault"},
				{"addresses", "NetworkAcl.Entries[].CidrBlock"},
				{"rules", "NetworkAcl.Entries[].RuleAction"},
				{"outward", "NetworkAcl.Entries[].Egress"},
				{"subnets", "NetworkAcl.Associations[].SubnetId"},
			},
			Calls: ec2Calls("DescribeNetworkAcls"),
			Read:  readNetworkACL, List: listNetworkACLs,
		},
		{
			Key: "ec2-eni-eip", Title: "Network interface or address", CFN: "AWS::EC2::NetworkInterface", Others: []string{"AWS::EC2::EIP"},
			Fields: []Field{
				{"public address", "NetworkInterface.Association.PublicIp"},
				{"private address", "NetworkInterface.PrivateIpAddress"},
				{"instance", "NetworkInterface.Attachment.InstanceId"},
				{"kind", "NetworkInterface.InterfaceType"},
				{"description", "NetworkInterface.Description"},
				{"asked for by", "NetworkInterface.RequesterId"},
				{"security groups", "NetworkInterface.Groups[].GroupId"},
				{"VPC", "NetworkInterface.VpcId"},
				{"elastic addresses", "Addresses[].PublicIp"},
				{"elastic address", "Address.PublicIp"},
				{"allocation", "Address.AllocationId"},
				{"elastic address of", "Address.InstanceId"},
			},
			Calls: ec2Calls("DescribeAddresses", "DescribeNetworkInterfaces"),
			Read:  readInterfaceOrAddress, List: listInterfacesAndAddresses,
		},
	}
}

func readSecurityGroup(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	in := &ec2.DescribeSecurityGroupsInput{GroupIds: []string{id}}
	if !strings.HasPrefix(id, "sg-") { // older calls name the group
		in = &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{where("group-name", id)}}
	}
	err := l.Must("SecurityGroup", "ec2:DescribeSecurityGroups", func() (any, error) {
		out, err := c.DescribeSecurityGroups(ctx, in)
		if err != nil {
			return nil, err
		}
		if len(out.SecurityGroups) > 0 {
			id = aws.ToString(out.SecurityGroups[0].GroupId)
			knowEC2(l, "security-group", id)
		}
		return only(out.SecurityGroups, nil)
	}, "InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound")
	if err != nil {
		return err
	}
	l.Part("Rules", "ec2:DescribeSecurityGroupRules", list(ctx,
		ec2.NewDescribeSecurityGroupRulesPaginator(c, &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{where("group-id", id)}}),
		func(p *ec2.DescribeSecurityGroupRulesOutput) []types.SecurityGroupRule { return p.SecurityGroupRules }))
	l.Part("NetworkInterfaces", "ec2:DescribeNetworkInterfaces", list(ctx,
		ec2.NewDescribeNetworkInterfacesPaginator(c, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{where("group-id", id)}}), interfacesIn))
	return nil
}

func listSecurityGroups(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeSecurityGroupsPaginator(c, &ec2.DescribeSecurityGroupsInput{}),
		func(p *ec2.DescribeSecurityGroupsOutput) []types.SecurityGroup { return p.SecurityGroups },
		func(g types.SecurityGroup) analysis.Resource {
			return foundEC2(l, "AWS::EC2::SecurityGroup", "security-group", g.GroupId)
		})
}

func readNetworkACL(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	knowEC2(l, "network-acl", id)
	return l.Must("NetworkAcl", "ec2:DescribeNetworkAcls", one(ctx, c.DescribeNetworkAcls,
		&ec2.DescribeNetworkAclsInput{NetworkAclIds: []string{id}},
		func(r *ec2.DescribeNetworkAclsOutput) []types.NetworkAcl { return r.NetworkAcls }), "InvalidNetworkAclID.NotFound")
}

func listNetworkACLs(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeNetworkAclsPaginator(c, &ec2.DescribeNetworkAclsInput{}),
		func(p *ec2.DescribeNetworkAclsOutput) []types.NetworkAcl { return p.NetworkAcls },
		func(a types.NetworkAcl) analysis.Resource {
			return foundEC2(l, "AWS::EC2::NetworkAcl", "network-acl", a.NetworkAclId)
		})
}

func interfacesIn(p *ec2.DescribeNetworkInterfacesOutput) []types.NetworkInterface {
	return p.NetworkInterfaces
}

// readInterfaceOrAddress takes the id of an interface, the id of an allocation, or an
// address: who has it?
func readInterfaceOrAddress(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	ip, err := netip.ParseAddr(id)
	switch {
	case err == nil:
		return readAddress(ctx, l, c, ip)
	case strings.HasPrefix(id, "eni-"):
		knowEC2(l, "network-interface", id)
		err := mustInterface(ctx, l, c, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{id}})
		if err != nil {
			return err
		}
		l.Part("Addresses", "ec2:DescribeAddresses", answer(ctx, c.DescribeAddresses,
			&ec2.DescribeAddressesInput{Filters: []types.Filter{where("network-interface-id", id)}},
			func(r *ec2.DescribeAddressesOutput) any { return bounded(r.Addresses) }))
		return nil
	}
	return readElastic(ctx, l, c, &ec2.DescribeAddressesInput{AllocationIds: []string{id}})
}

func mustInterface(ctx context.Context, l *Lookup, c *ec2.Client, in *ec2.DescribeNetworkInterfacesInput) error {
	return l.Must("NetworkInterface", "ec2:DescribeNetworkInterfaces", one(ctx, c.DescribeNetworkInterfaces, in, interfacesIn),
		"InvalidNetworkInterfaceID.NotFound")
}

// readAddress finds out who has an address. One that AWS gave an instance for as long
// as it runs is an interface's alone; an elastic one is an allocation, too.
func readAddress(ctx context.Context, l *Lookup, c *ec2.Client, ip netip.Addr) error {
	filter := "association.public-ip"
	switch {
	case ip.Is6():
		filter = "ipv6-addresses.ipv6-address"
	case ip.IsPrivate():
		filter = "addresses.private-ip-address"
	default:
		err := readElastic(ctx, l, c, &ec2.DescribeAddressesInput{Filters: []types.Filter{where("public-ip", ip.String())}})
		if !errors.Is(err, errGone) {
			return err
		}
	}
	return mustInterface(ctx, l, c, &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{where(filter, ip.String())}})
}

// readElastic reads an elastic address and the interface that has it.
func readElastic(ctx context.Context, l *Lookup, c *ec2.Client, in *ec2.DescribeAddressesInput) error {
	var has *string
	err := l.Must("Address", "ec2:DescribeAddresses", func() (any, error) {
		out, err := c.DescribeAddresses(ctx, in)
		if err != nil {
			return nil, err
		}
		if len(out.Addresses) > 0 {
			knowEC2(l, "elastic-ip", aws.ToString(out.Addresses[0].AllocationId))
			has = out.Addresses[0].NetworkInterfaceId
		}
		return only(out.Addresses, nil)
	}, "InvalidAllocationID.NotFound", "InvalidAddressID.NotFound")
	if err != nil {
		return err
	}
	l.Part("NetworkInterface", "ec2:DescribeNetworkInterfaces", func() (any, error) {
		if has == nil {
			return nil, errGone
		}
		return one(ctx, c.DescribeNetworkInterfaces, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{*has}}, interfacesIn)()
	}, "InvalidNetworkInterfaceID.NotFound")
	return nil
}

func listInterfacesAndAddresses(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	all, err := resourcesIn(ctx, ec2.NewDescribeNetworkInterfacesPaginator(c, &ec2.DescribeNetworkInterfacesInput{}), interfacesIn,
		func(i types.NetworkInterface) analysis.Resource {
			return foundEC2(l, "AWS::EC2::NetworkInterface", "network-interface", i.NetworkInterfaceId)
		})
	if err != nil {
		return nil, err
	}
	out, err := c.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	if err != nil {
		return nil, err
	}
	return append(all, resourcesOf(bounded(out.Addresses), func(a types.Address) analysis.Resource {
		return foundEC2(l, "AWS::EC2::EIP", "elastic-ip", a.AllocationId)
	})...), nil
}
