package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ecsTypes() []Type {
	return []Type{
		{
			Key: "ecs-cluster-service", Title: "ECS cluster or service", CFN: "AWS::ECS::Service",
			Others: []string{"AWS::ECS::Cluster", "AWS::ECS::Task"},
			Fields: []Field{
				{"cluster", "Cluster.ClusterName"},
				{"cluster status", "Cluster.Status"},
				{"service", "Services[].ServiceName"},
				{"status", "Services[].Status"},
				{"launch type", "Services[].LaunchType"},
				{"wanted", "Services[].DesiredCount"},
				{"running", "Services[].RunningCount"},
				{"task definition", "Services[].TaskDefinition"},
				{"exec", "Services[].EnableExecuteCommand"},
				{"created by", "Services[].CreatedBy"},
				{"public address", "Services[].NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp"},
				{"tasks", "Tasks[].TaskArn"},
				{"task started by", "Tasks[].StartedBy"},
				{"task exec", "Tasks[].EnableExecuteCommand"},
			},
			Calls: calls("ECS", "ecs", "DescribeClusters", "DescribeServices", "ListTasks", "DescribeTasks", "ListServices", "ListClusters"),
			Read:  readECS, List: listECS,
		},
		{
			Key: "ecs-taskdef", Title: "ECS task definition", CFN: "AWS::ECS::TaskDefinition",
			Fields: []Field{
				{"status", "TaskDefinition.Status"},
				{"registered", "TaskDefinition.RegisteredAt"},
				{"by", "TaskDefinition.RegisteredBy"},
				{"task role", "TaskDefinition.TaskRoleArn"},
				{"execution role", "TaskDefinition.ExecutionRoleArn"},
				{"network", "TaskDefinition.NetworkMode"},
				{"images", "TaskDefinition.ContainerDefinitions[].Image"},
				{"command", "TaskDefinition.ContainerDefinitions[].Command"},
				{"entry point", "TaskDefinition.ContainerDefinitions[].EntryPoint"},
				{"privileged", "TaskDefinition.ContainerDefinitions[].Privileged"},
				{"environment", "TaskDefinition.ContainerDefinitions[].Environment[].Name"},
				{"secrets", "TaskDefinition.ContainerDefinitions[].Secrets[].ValueFrom"},
			},
			Calls: calls("ECS", "ecs", "DescribeTaskDefinition", "ListTaskDefinitions"),
			Read:  readTaskDefinition, List: listTaskDefinitions,
		},
	}
}

// readECS reads a cluster with its services and tasks, or a service or a task, whose id
// is that of its cluster, "/" and its own.
func readECS(ctx context.Context, l *Lookup) error {
	e := ecsReader{ctx, l, awsread.New(l.Access, ecs.NewFromConfig)}
	switch {
	case l.Type == "AWS::ECS::Cluster":
		return e.cluster(l.rest("cluster/"))
	case l.Type == "AWS::ECS::Task":
		return e.task(clusterOf(l.rest("task/")))
	}
	return e.service(clusterOf(l.rest("service/")))
}

// clusterOf takes the cluster from the id of a service or task. One without is in the
// cluster that is called default.
func clusterOf(id string) (cluster, name string) {
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		return lastPart(id[:i]), id[i+1:]
	}
	return "default", id
}

// ecsReader reads the parts of a cluster and of what is in it.
type ecsReader struct {
	ctx context.Context
	l   *Lookup
	c   *ecs.Client
}

const noCluster = "ClusterNotFoundException"

func (e ecsReader) cluster(name string) error {
	err := e.l.Must("Cluster", "ecs:DescribeClusters", e.describeCluster(name, &e.l.ARN), noCluster)
	if err != nil {
		return err
	}
	e.l.Part("Services", "ecs:DescribeServices", func() (any, error) {
		arns, err := e.services(name)
		return describe(arns, err, 10, e.describeServices(name))
	})
	e.tasks(name, nil)
	return nil
}

func (e ecsReader) service(cluster, name string) error {
	var services []types.Service
	err := e.l.Must("Service", "ecs:DescribeServices", func() (any, error) {
		var err error
		services, err = e.describeServices(cluster)([]string{name})
		if len(services) == 1 {
			e.l.ARN = aws.ToString(services[0].ServiceArn)
		}
		return only(services, err)
	}, noCluster)
	if err != nil {
		return err
	}
	e.l.Part("Services", "ecs:DescribeServices", func() (any, error) { return services, nil })
	e.l.Part("Cluster", "ecs:DescribeClusters", e.describeCluster(cluster, nil), noCluster)
	e.tasks(cluster, &name)
	return nil
}

func (e ecsReader) task(cluster, name string) error {
	err := e.l.Must("Tasks", "ecs:DescribeTasks", func() (any, error) {
		tasks, err := e.describeTasks(cluster)([]string{name})
		if err != nil {
			return nil, err
		}
		if len(tasks) == 0 {
			return nil, errGone
		}
		if task, ok := tasks[0].(map[string]any); ok {
			e.l.ARN, _ = task["TaskArn"].(string)
		}
		return tasks, nil
	}, noCluster)
	if err != nil {
		return err
	}
	e.l.Part("Cluster", "ecs:DescribeClusters", e.describeCluster(cluster, nil), noCluster)
	return nil
}

func (e ecsReader) describeCluster(name string, arn *string) func() (any, error) {
	return func() (any, error) {
		out, err := e.c.DescribeClusters(e.ctx, &ecs.DescribeClustersInput{
			Clusters: []string{name}, Include: []types.ClusterField{types.ClusterFieldConfigurations, types.ClusterFieldSettings},
		})
		if err != nil {
			return nil, err
		}
		if arn != nil && len(out.Clusters) == 1 {
			*arn = aws.ToString(out.Clusters[0].ClusterArn)
		}
		return only(out.Clusters, nil)
	}
}

func (e ecsReader) services(cluster string) ([]string, error) {
	return collect(e.ctx, ecs.NewListServicesPaginator(e.c, &ecs.ListServicesInput{Cluster: &cluster, MaxResults: aws.Int32(100)}),
		func(p *ecs.ListServicesOutput) []string { return p.ServiceArns })
}

func (e ecsReader) describeServices(cluster string) func(names []string) ([]types.Service, error) {
	return func(names []string) ([]types.Service, error) {
		out, err := e.c.DescribeServices(e.ctx, &ecs.DescribeServicesInput{Cluster: &cluster, Services: names})
		if err != nil {
			return nil, err
		}
		return out.Services, nil
	}
}

// tasks reads the running tasks of a cluster, or of a service in it.
func (e ecsReader) tasks(cluster string, service *string) {
	e.l.Part("Tasks", "ecs:DescribeTasks", func() (any, error) {
		arns, err := collect(e.ctx, ecs.NewListTasksPaginator(e.c, &ecs.ListTasksInput{Cluster: &cluster, ServiceName: service}),
			func(p *ecs.ListTasksOutput) []string { return p.TaskArns })
		return describe(arns, err, 100, e.describeTasks(cluster))
	})
}

// describeTasks reads tasks without the values that their environments were given.
func (e ecsReader) describeTasks(cluster string) func(arns []string) ([]any, error) {
	return func(arns []string) ([]any, error) {
		out, err := e.c.DescribeTasks(e.ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: arns})
		if err != nil {
			return nil, err
		}
		all := []any{}
		for _, t := range out.Tasks {
			task, err := hide(t, "Overrides.ContainerOverrides[].Environment[].Value")
			if err != nil {
				return nil, err
			}
			all = append(all, task)
		}
		return all, nil
	}
}

func listECS(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	e := ecsReader{ctx, l, awsread.New(l.Access, ecs.NewFromConfig)}
	clusters, err := collect(ctx, ecs.NewListClustersPaginator(e.c, &ecs.ListClustersInput{}),
		func(p *ecs.ListClustersOutput) []string { return p.ClusterArns })
	all, err := resources(l, "AWS::ECS::Cluster", clusters, err, func(arn string) (string, string) { return lastPart(arn), arn })
	if err != nil {
		return nil, err
	}
	for _, cluster := range clusters {
		services, err := e.services(cluster)
		found, err := resources(l, "AWS::ECS::Service", services, err, func(arn string) (string, string) {
			return lastPart(cluster) + "/" + lastPart(arn), arn
		})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all[:min(len(all), most)], nil
}

func readTaskDefinition(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, ecs.NewFromConfig), aws.String(l.rest("task-definition/"))
	return l.Must("TaskDefinition", "ecs:DescribeTaskDefinition", func() (any, error) {
		out, err := c.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
			TaskDefinition: name, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
		})
		if err != nil {
			return nil, goneIn(err, "ClientException", "unable to describe task definition", "does not exist")
		}
		l.ARN = aws.ToString(out.TaskDefinition.TaskDefinitionArn)
		const containers = "ContainerDefinitions[]."
		tree, err := hide(out.TaskDefinition, containers+"Environment[].Value")
		if err != nil {
			return nil, err
		}
		return change(tree, containers+"LogConfiguration.Options", maskSecret), nil
	})
}

// listTaskDefinitions finds the last revision of each family.
func listTaskDefinitions(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ecs.NewFromConfig)
	arns, err := collect(ctx, ecs.NewListTaskDefinitionsPaginator(c, &ecs.ListTaskDefinitionsInput{Sort: types.SortOrderDesc}),
		func(p *ecs.ListTaskDefinitionsOutput) []string { return p.TaskDefinitionArns })
	var last []string
	seen := map[string]bool{}
	for _, arn := range arns {
		family := arn[:max(strings.LastIndexByte(arn, ':'), 0)]
		if !seen[family] {
			last = append(last, arn)
		}
		seen[family] = true
	}
	return resources(l, "AWS::ECS::TaskDefinition", last, err, func(arn string) (string, string) {
		return arn[strings.LastIndexByte(arn, '/')+1:], arn
	})
}
