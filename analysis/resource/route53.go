package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func route53Types() []Type {
	return []Type{
		{
			Key: "route53-zone", Title: "Route 53 hosted zone", CFN: "AWS::Route53::HostedZone", Global: true,
			Fields: []Field{
				{"name", "HostedZone.Name"},
				{"private", "HostedZone.Config.PrivateZone"},
				{"records", "Records[].Name"},
				{"values", "Records[].ResourceRecords[].Value"},
				{"aliases", "Records[].AliasTarget.DNSName"},
				{"query log", "QueryLogging[].CloudWatchLogsLogGroupArn"},
				{"domain registered", "Domain.CreationDate"},
				{"domain status", "Domain.StatusList"},
				{"name servers", "Domain.Nameservers[].Name"},
			},
			Calls: append(calls("Route 53", "route53", "GetHostedZone", "ListResourceRecordSets", "ListQueryLoggingConfigs"),
				Call{"Route 53 Domains:GetDomainDetail", "route53domains:GetDomainDetail"}, Call{"Route 53:ListHostedZones", "route53:ListHostedZones"}),
			Read: readZone, List: listZones,
		},
	}
}

// readZone reads a zone and, where the account registered the zone's domain, the domain.
func readZone(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, route53.NewFromConfig)
	id := aws.String(strings.TrimPrefix(l.NameFrom(), "/hostedzone/"))
	var zone *types.HostedZone
	err := l.Must("HostedZone", "route53:GetHostedZone", func() (any, error) {
		if strings.Contains(*id, ".") { // the event that made it knows its name only
			var err error
			if id, err = zoneNamed(ctx, c, *id); err != nil {
				return nil, err
			}
		}
		out, err := c.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: id})
		if err != nil {
			return nil, err
		}
		zone = out.HostedZone
		l.ARN = "arn:" + l.Partition() + ":route53:::hostedzone/" + *id
		return struct {
			*types.HostedZone
			DelegationSet *types.DelegationSet
			VPCs          []types.VPC
		}{out.HostedZone, out.DelegationSet, out.VPCs}, nil
	}, "NoSuchHostedZone")
	if err != nil {
		return err
	}
	l.Part("Records", "route53:ListResourceRecordSets", func() (any, error) { return records(ctx, c, id) })
	l.Part("QueryLogging", "route53:ListQueryLoggingConfigs", list(ctx,
		route53.NewListQueryLoggingConfigsPaginator(c, &route53.ListQueryLoggingConfigsInput{HostedZoneId: id}),
		func(p *route53.ListQueryLoggingConfigsOutput) []types.QueryLoggingConfig {
			return p.QueryLoggingConfigs
		}))
	if zone.Config != nil && zone.Config.PrivateZone || l.Partition() != "aws" {
		return nil
	}
	l.Part("Domain", "route53domains:GetDomainDetail", func() (any, error) {
		domains := awsread.New(l.Access, route53domains.NewFromConfig)
		out, err := domains.GetDomainDetail(ctx, &route53domains.GetDomainDetailInput{
			DomainName: aws.String(strings.TrimSuffix(aws.ToString(zone.Name), ".")),
		})
		if err != nil {
			return nil, err
		}
		// Who is registered is about people: a change of it shows in the hash.
		return hide(out, "AdminContact", "BillingContact", "RegistrantContact", "TechContact")
	}, "InvalidInput")
	return nil
}

// records reads the record sets of a zone.
func records(ctx context.Context, c *route53.Client, zone *string) (any, error) {
	all := []types.ResourceRecordSet{}
	in := &route53.ListResourceRecordSetsInput{HostedZoneId: zone}
	for len(all) < most {
		out, err := c.ListResourceRecordSets(ctx, in)
		if err != nil {
			return nil, err
		}
		all = append(all, out.ResourceRecordSets...)
		if !out.IsTruncated {
			break
		}
		in.StartRecordName, in.StartRecordType, in.StartRecordIdentifier = out.NextRecordName, out.NextRecordType, out.NextRecordIdentifier
	}
	return all[:min(len(all), most)], nil
}

func zones(ctx context.Context, c *route53.Client) ([]types.HostedZone, error) {
	return collect(ctx, route53.NewListHostedZonesPaginator(c, &route53.ListHostedZonesInput{}),
		func(p *route53.ListHostedZonesOutput) []types.HostedZone { return p.HostedZones })
}

// zoneNamed is the id of the zone with a name.
func zoneNamed(ctx context.Context, c *route53.Client, name string) (*string, error) {
	all, err := zones(ctx, c)
	for _, z := range all {
		if strings.EqualFold(strings.TrimSuffix(aws.ToString(z.Name), "."), strings.TrimSuffix(name, ".")) {
			return aws.String(lastPart(aws.ToString(z.Id))), nil
		}
	}
	if err == nil {
		err = errGone
	}
	return nil, err
}

func listZones(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	all, err := zones(ctx, awsread.New(l.Access, route53.NewFromConfig))
	return resources(l, "AWS::Route53::HostedZone", all, err, func(z types.HostedZone) (string, string) {
		id := lastPart(aws.ToString(z.Id))
		return id, "arn:" + l.Partition() + ":route53:::hostedzone/" + id
	})
}
