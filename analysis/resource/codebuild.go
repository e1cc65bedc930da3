package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func codebuildTypes() []Type {
	return []Type{
		{
			Key: "codebuild-project", Title: "CodeBuild project", CFN: "AWS::CodeBuild::Project",
			Fields: []Field{
				{"created", "Project.Created"},
				{"changed", "Project.LastModified"},
				{"role", "Project.ServiceRole"},
				{"source", "Project.Source.Location"},
				{"source type", "Project.Source.Type"},
				{"build steps", "Project.Source.Buildspec.masked"},
				{"image", "Project.Environment.Image"},
				{"privileged", "Project.Environment.PrivilegedMode"},
				{"environment", "Project.Environment.EnvironmentVariables[].Name"},
				{"visible to", "Project.ProjectVisibility"},
				{"webhook", "Project.Webhook.Url"},
			},
			Calls: calls("CodeBuild", "codebuild", "BatchGetProjects", "ListProjects"),
			Read:  readProject, List: listProjects,
		},
	}
}

func readProject(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, codebuild.NewFromConfig), l.rest("project/")
	return l.Must("Project", "codebuild:BatchGetProjects", func() (any, error) {
		out, err := c.BatchGetProjects(ctx, &codebuild.BatchGetProjectsInput{Names: []string{name}})
		if err != nil {
			return nil, err
		}
		one, err := only(out.Projects, nil)
		if err != nil {
			return nil, err
		}
		p := one.(types.Project)
		l.ARN = aws.ToString(p.Arn)
		tree, err := hide(p, "Webhook.Secret", "Webhook.PayloadUrl")
		if err != nil {
			return nil, err
		}
		tree = change(tree, "Environment.EnvironmentVariables[]", maskPlaintext)
		for _, source := range []string{"Source", "SecondarySources[]"} {
			tree = change(tree, source+".Location", func(value any) any {
				if url, ok := value.(string); ok {
					return withoutPassword(url)
				}
				return value
			})
			tree = change(tree, source+".Buildspec", maskSteps)
		}
		return tree, nil
	})
}

// maskPlaintext hides the value of an environment variable, unless it is the name of a
// parameter or of a secret.
func maskPlaintext(value any) any {
	variable, ok := value.(map[string]any)
	if !ok {
		return value
	}
	switch variable["Type"] {
	case string(types.EnvironmentVariableTypeParameterStore), string(types.EnvironmentVariableTypeSecretsManager):
	default:
		variable["Value"] = maskAny(variable["Value"])
	}
	return variable
}

// maskSteps hides the steps of a build; the path of a file with steps stays.
func maskSteps(value any) any {
	if text, ok := value.(string); ok && !strings.ContainsAny(text, "\n{:") || ok && strings.HasPrefix(text, "arn:") {
		return text
	}
	return maskAny(value)
}

func listProjects(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, codebuild.NewFromConfig)
	all, err := collect(ctx, codebuild.NewListProjectsPaginator(c, &codebuild.ListProjectsInput{}),
		func(p *codebuild.ListProjectsOutput) []string { return p.Projects })
	return resources(l, "AWS::CodeBuild::Project", all, err, func(name string) (string, string) {
		return name, l.arn("codebuild", "project/"+name)
	})
}
