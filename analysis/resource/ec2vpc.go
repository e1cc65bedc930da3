package resource

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ec2VPCTypes() []Type {
	return []Type{
		{
			Key: "ec2-vpc", Title: "VPC", CFN: "AWS::EC2::VPC",
			Fields: []Field{
				{"addresses", "Vpc.CidrBlock"},
				{"default", "Vpc.IsDefault"},
				{"flow logs", "FlowLogs[].FlowLogStatus"},
				{"flow logs to", "FlowLogs[].LogDestination"},
				{"peer that asked", "Peerings[].RequesterVpcInfo.OwnerId"},
				{"peer that accepted", "Peerings[].AccepterVpcInfo.OwnerId"},
				{"mirrored interfaces", "TrafficMirrorSessions[].NetworkInterfaceId"},
				{"mirrored to", "TrafficMirrorSessions[].TrafficMirrorTargetId"},
				{"DNS", "Attributes.EnableDnsSupport.Value"},
			},
			Calls: ec2Calls("DescribeVpcAttribute", "DescribeFlowLogs", "DescribeVpcPeeringConnections", "DescribeTrafficMirrorSessions",
				"DescribeNetworkInterfaces", "DescribeVpcs"),
			Read: readVPC, List: listVPCs,
		},
		{
			Key: "ec2-route-table", Title: "Route table", CFN: "AWS::EC2::RouteTable",
			Fields: []Field{
				{"VPC", "RouteTable.VpcId"},
				{"destinations", "RouteTable.Routes[].DestinationCidrBlock"},
				{"gateways", "RouteTable.Routes[].GatewayId"},
				{"peers", "RouteTable.Routes[].VpcPeeringConnectionId"},
				{"subnets", "RouteTable.Associations[].SubnetId"},
			},
			Calls: ec2Calls("DescribeRouteTables"),
			Read:  readRouteTable, List: listRouteTables,
		},
		{
			Key: "ec2-igw", Title: "Internet gateway", CFN: "AWS::EC2::InternetGateway",
			Fields: []Field{
				{"attached to", "InternetGateway.Attachments[].VpcId"},
				{"state", "InternetGateway.Attachments[].State"},
				{"owner", "InternetGateway.OwnerId"},
			},
			Calls: ec2Calls("DescribeInternetGateways"),
			Read:  readInternetGateway, List: listInternetGateways,
		},
		{
			Key: "ec2-flow-log", Title: "VPC flow log", CFN: "AWS::EC2::FlowLog",
			Fields: []Field{
				{"status", "FlowLog.FlowLogStatus"},
				{"of", "FlowLog.ResourceId"},
				{"to", "FlowLog.LogDestination"},
				{"delivery", "FlowLog.DeliverLogsStatus"},
				{"traffic", "FlowLog.TrafficType"},
				{"created", "FlowLog.CreationTime"},
			},
			Calls: ec2Calls("DescribeFlowLogs"),
			Read:  readFlowLog, List: listFlowLogs,
		},
	}
}

func flowLogsIn(p *ec2.DescribeFlowLogsOutput) []types.FlowLog { return p.FlowLogs }

func readVPC(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	const gone = "InvalidVpcID.NotFound"
	err := l.Must("Vpc", "ec2:DescribeVpcs", one(ctx, c.DescribeVpcs, &ec2.DescribeVpcsInput{VpcIds: []string{id}},
		func(r *ec2.DescribeVpcsOutput) []types.Vpc { return r.Vpcs }), gone)
	if err != nil {
		return err
	}
	knowEC2(l, "vpc", id)
	l.Part("Attributes", "ec2:DescribeVpcAttribute", func() (any, error) {
		attribute := func(name types.VpcAttributeName) (*ec2.DescribeVpcAttributeOutput, error) {
			return c.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &id, Attribute: name})
		}
		support, err := attribute(types.VpcAttributeNameEnableDnsSupport)
		if err != nil {
			return nil, err
		}
		names, err := attribute(types.VpcAttributeNameEnableDnsHostnames)
		if err != nil {
			return nil, err
		}
		return struct{ EnableDnsSupport, EnableDnsHostnames *types.AttributeBooleanValue }{support.EnableDnsSupport, names.EnableDnsHostnames}, nil
	}, gone)
	l.Part("FlowLogs", "ec2:DescribeFlowLogs", list(ctx,
		ec2.NewDescribeFlowLogsPaginator(c, &ec2.DescribeFlowLogsInput{Filter: []types.Filter{where("resource-id", id)}}), flowLogsIn))
	l.Part("Peerings", "ec2:DescribeVpcPeeringConnections", func() (any, error) {
		all := []types.VpcPeeringConnection{}
		for _, side := range []string{"requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id"} {
			found, err := collect(ctx, ec2.NewDescribeVpcPeeringConnectionsPaginator(c, &ec2.DescribeVpcPeeringConnectionsInput{
				Filters: []types.Filter{where(side, id)},
			}), func(p *ec2.DescribeVpcPeeringConnectionsOutput) []types.VpcPeeringConnection {
				return p.VpcPeeringConnections
			})
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
		return all, nil
	})
	l.Part("TrafficMirrorSessions", "ec2:DescribeTrafficMirrorSessions", func() (any, error) { return mirrorSessions(ctx, c, id) })
	return nil
}

// mostFilterValues is how many values EC2 takes for a filter.
const mostFilterValues = 200

// mirrorSessions are the sessions that mirror an interface of a VPC: the API knows only
// those of the interface, and the VPC of the interface.
func mirrorSessions(ctx context.Context, c *ec2.Client, vpc string) ([]types.TrafficMirrorSession, error) {
	sessions, err := collect(ctx, ec2.NewDescribeTrafficMirrorSessionsPaginator(c, &ec2.DescribeTrafficMirrorSessionsInput{}),
		func(p *ec2.DescribeTrafficMirrorSessionsOutput) []types.TrafficMirrorSession {
			return p.TrafficMirrorSessions
		})
	if err != nil {
		return nil, err
	}
	within := map[string]bool{}
	for some := range slices.Chunk(sessions, mostFilterValues) {
		ids := make([]string, len(some))
		for i, s := range some {
			ids[i] = aws.ToString(s.NetworkInterfaceId)
		}
		found, err := collect(ctx, ec2.NewDescribeNetworkInterfacesPaginator(c, &ec2.DescribeNetworkInterfacesInput{
			Filters: []types.Filter{where("vpc-id", vpc), where("network-interface-id", ids...)},
		}), interfacesIn)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			within[aws.ToString(f.NetworkInterfaceId)] = true
		}
	}
	return slices.DeleteFunc(sessions, func(s types.TrafficMirrorSession) bool { return !within[aws.ToString(s.NetworkInterfaceId)] }), nil
}

func listVPCs(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeVpcsPaginator(c, &ec2.DescribeVpcsInput{}),
		func(p *ec2.DescribeVpcsOutput) []types.Vpc { return p.Vpcs },
		func(v types.Vpc) analysis.Resource { return foundEC2(l, "AWS::EC2::VPC", "vpc", v.VpcId) })
}

func readRouteTable(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	knowEC2(l, "route-table", id)
	return l.Must("RouteTable", "ec2:DescribeRouteTables", one(ctx, c.DescribeRouteTables,
		&ec2.DescribeRouteTablesInput{RouteTableIds: []string{id}},
		func(r *ec2.DescribeRouteTablesOutput) []types.RouteTable { return r.RouteTables }), "InvalidRouteTableID.NotFound")
}

func listRouteTables(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeRouteTablesPaginator(c, &ec2.DescribeRouteTablesInput{}),
		func(p *ec2.DescribeRouteTablesOutput) []types.RouteTable { return p.RouteTables },
		func(t types.RouteTable) analysis.Resource {
			return foundEC2(l, "AWS::EC2::RouteTable", "route-table", t.RouteTableId)
		})
}

func readInternetGateway(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	knowEC2(l, "internet-gateway", id)
	return l.Must("InternetGateway", "ec2:DescribeInternetGateways", one(ctx, c.DescribeInternetGateways,
		&ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{id}},
		func(r *ec2.DescribeInternetGatewaysOutput) []types.InternetGateway { return r.InternetGateways }), "InvalidInternetGatewayID.NotFound")
}

func listInternetGateways(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeInternetGatewaysPaginator(c, &ec2.DescribeInternetGatewaysInput{}),
		func(p *ec2.DescribeInternetGatewaysOutput) []types.InternetGateway { return p.InternetGateways },
		func(g types.InternetGateway) analysis.Resource {
			return foundEC2(l, "AWS::EC2::InternetGateway", "internet-gateway", g.InternetGatewayId)
		})
}

func readFlowLog(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	knowEC2(l, "vpc-flow-log", id)
	return l.Must("FlowLog", "ec2:DescribeFlowLogs", one(ctx, c.DescribeFlowLogs,
		&ec2.DescribeFlowLogsInput{FlowLogIds: []string{id}}, flowLogsIn), "InvalidFlowLogId.NotFound")
}

func listFlowLogs(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeFlowLogsPaginator(c, &ec2.DescribeFlowLogsInput{}), flowLogsIn,
		func(f types.FlowLog) analysis.Resource {
			return foundEC2(l, "AWS::EC2::FlowLog", "vpc-flow-log", f.FlowLogId)
		})
}
