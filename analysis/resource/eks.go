package resource

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func eksTypes() []Type {
	return []Type{
		{
			Key: "eks-cluster", Title: "EKS cluster", CFN: "AWS::EKS::Cluster",
			Fields: []Field{
				{"status", "Cluster.Status"},
				{"created", "Cluster.CreatedAt"},
				{"version", "Cluster.Version"},
				{"role", "Cluster.RoleArn"},
				{"public endpoint", "Cluster.ResourcesVpcConfig.EndpointPublicAccess"},
				{"from", "Cluster.ResourcesVpcConfig.PublicAccessCidrs"},
				{"authentication", "Cluster.AccessConfig.AuthenticationMode"},
				{"logging", "Cluster.Logging.ClusterLogging[].Enabled"},
				{"logs", "Cluster.Logging.ClusterLogging[].Types"},
				{"node roles", "Nodegroups[].NodeRole"},
				{"add-ons", "Addons"},
				{"identity providers", "IdentityProviders[].Name"},
			},
			Calls: calls("EKS", "eks", "DescribeCluster", "ListNodegroups", "DescribeNodegroup", "ListAddons",
				"ListIdentityProviderConfigs", "ListClusters"),
			Read: readEKSCluster, List: listEKSClusters,
		},
		{
			Key: "eks-access-entry", Title: "EKS access entry", CFN: "AWS::EKS::AccessEntry",
			Fields: []Field{
				{"principal", "AccessEntry.PrincipalArn"},
				{"type", "AccessEntry.Type"},
				{"user", "AccessEntry.Username"},
				{"groups", "AccessEntry.KubernetesGroups"},
				{"created", "AccessEntry.CreatedAt"},
				{"changed", "AccessEntry.ModifiedAt"},
				{"policies", "AccessPolicies[].PolicyArn"},
				{"scope", "AccessPolicies[].AccessScope.Type"},
			},
			Calls: calls("EKS", "eks", "DescribeAccessEntry", "ListAssociatedAccessPolicies", "ListAccessEntries", "ListClusters"),
			Read:  readAccessEntry, List: listAccessEntries,
		},
	}
}

const eksNotFound = "ResourceNotFoundException"

func readEKSCluster(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, eks.NewFromConfig), aws.String(l.NameFrom())
	err := l.Must("Cluster", "eks:DescribeCluster", func() (any, error) {
		out, err := c.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: name})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Cluster.Arn)
		return out.Cluster, nil
	}, eksNotFound)
	if err != nil {
		return err
	}
	l.Part("Nodegroups", "eks:DescribeNodegroup", func() (any, error) {
		names, err := collect(ctx, eks.NewListNodegroupsPaginator(c, &eks.ListNodegroupsInput{ClusterName: name}),
			func(p *eks.ListNodegroupsOutput) []string { return p.Nodegroups })
		return describe(names, err, 1, func(group []string) ([]*types.Nodegroup, error) {
			out, err := c.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: name, NodegroupName: &group[0]})
			if err != nil {
				return nil, err
			}
			return []*types.Nodegroup{out.Nodegroup}, nil
		})
	})
	l.Part("Addons", "eks:ListAddons", list(ctx, eks.NewListAddonsPaginator(c, &eks.ListAddonsInput{ClusterName: name}),
		func(p *eks.ListAddonsOutput) []string { return p.Addons }))
	l.Part("IdentityProviders", "eks:ListIdentityProviderConfigs", list(ctx,
		eks.NewListIdentityProviderConfigsPaginator(c, &eks.ListIdentityProviderConfigsInput{ClusterName: name}),
		func(p *eks.ListIdentityProviderConfigsOutput) []types.IdentityProviderConfig {
			return p.IdentityProviderConfigs
		}))
	return nil
}

func eksClusters(ctx context.Context, c *eks.Client) ([]string, error) {
	return collect(ctx, eks.NewListClustersPaginator(c, &eks.ListClustersInput{}), func(p *eks.ListClustersOutput) []string { return p.Clusters })
}

func listEKSClusters(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	names, err := eksClusters(ctx, awsread.New(l.Access, eks.NewFromConfig))
	return resources(l, "AWS::EKS::Cluster", names, err, func(name string) (string, string) { return name, l.arn("eks", "cluster/"+name) })
}

// readAccessEntry reads the entry of a principal in a cluster. Its id is the cluster,
// "/" and either the principal's ARN or what the entry's own ARN makes of it:
// cluster/role/111122223333/name/uuid.
func readAccessEntry(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, eks.NewFromConfig)
	cluster, entry, _ := strings.Cut(l.rest("access-entry/"), "/")
	var principal *string
	err := l.Must("AccessEntry", "eks:DescribeAccessEntry", func() (any, error) {
		var err error
		if principal, err = principalOf(ctx, c, cluster, entry); err != nil {
			return nil, err
		}
		out, err := c.DescribeAccessEntry(ctx, &eks.DescribeAccessEntryInput{ClusterName: &cluster, PrincipalArn: principal})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.AccessEntry.AccessEntryArn)
		return out.AccessEntry, nil
	}, eksNotFound)
	if err != nil {
		return err
	}
	l.Part("AccessPolicies", "eks:ListAssociatedAccessPolicies", list(ctx,
		eks.NewListAssociatedAccessPoliciesPaginator(c, &eks.ListAssociatedAccessPoliciesInput{ClusterName: &cluster, PrincipalArn: principal}),
		func(p *eks.ListAssociatedAccessPoliciesOutput) []types.AssociatedAccessPolicy {
			return p.AssociatedAccessPolicies
		}))
	return nil
}

// principalOf is the principal of an entry. The entry's ARN leaves out the path of a
// role's name, so that the principal is looked for among those of the cluster.
func principalOf(ctx context.Context, c *eks.Client, cluster, entry string) (*string, error) {
	if strings.HasPrefix(entry, "arn:") {
		return &entry, nil
	}
	parts := strings.Split(entry, "/") // role, account, name, uuid
	if len(parts) < 3 {
		return nil, errors.New("an access entry is named by its cluster and principal: CLUSTER/arn:aws:iam::111122223333:role/NAME")
	}
	all, err := accessEntries(ctx, c, cluster)
	if err != nil {
		return nil, err
	}
	for _, arn := range all {
		if strings.Contains(arn, "::"+parts[1]+":"+parts[0]+"/") && strings.HasSuffix(arn, "/"+parts[2]) {
			return &arn, nil
		}
	}
	return nil, errGone
}

func accessEntries(ctx context.Context, c *eks.Client, cluster string) ([]string, error) {
	return collect(ctx, eks.NewListAccessEntriesPaginator(c, &eks.ListAccessEntriesInput{ClusterName: &cluster}),
		func(p *eks.ListAccessEntriesOutput) []string { return p.AccessEntries })
}

func listAccessEntries(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, eks.NewFromConfig)
	clusters, err := eksClusters(ctx, c)
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, cluster := range clusters {
		principals, err := accessEntries(ctx, c, cluster)
		// A cluster of the old kind keeps its principals in a ConfigMap only.
		if errors.Is(goneIn(err, "InvalidRequestException", "authentication mode"), errGone) {
			continue
		}
		found, err := resources(l, "AWS::EKS::AccessEntry", principals, err, func(arn string) (string, string) { return cluster + "/" + arn, "" })
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all[:min(len(all), most)], nil
}
