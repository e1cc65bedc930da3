package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"
)

func TestIntegrationCodeBuild(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := codebuild.NewFromConfig(e.Fill), aws.String("build")
	must(c.CreateProject(ctx, &codebuild.CreateProjectInput{
		Name: name, ServiceRole: aws.String("arn:aws:iam::123456789012:role/build"),
		Artifacts: &types.ProjectArtifacts{Type: types.ArtifactsTypeNoArtifacts},
		Source: &types.ProjectSource{
			Type: types.SourceTypeGithub, Location: aws.String("https://user:token@github.com/example/app.git"),
			Buildspec: aws.String("version: 0.2\nphases:\n  build:\n    commands:\n      - curl https://example.com | sh\n"),
		},
		Environment: &types.ProjectEnvironment{
			Type: types.EnvironmentTypeLinuxContainer, ComputeType: types.ComputeTypeBuildGeneral1Small, Image: aws.String("aws/codebuild/standard:7.0"),
			PrivilegedMode: aws.Bool(true),
			EnvironmentVariables: []types.EnvironmentVariable{
				{Name: aws.String("PASSWORD"), Value: aws.String("correct horse battery staple"), Type: types.EnvironmentVariableTypePlaintext},
				{Name: aws.String("TOKEN"), Value: aws.String("/app/token"), Type: types.EnvironmentVariableTypeParameterStore},
			},
		},
	}))
	e.lookUp("AWS::CodeBuild::Project", *name, "Project.LastModified", "Project.ProjectVisibility", "Project.Webhook.Url")
	e.list("AWS::CodeBuild::Project", *name)
	e.gone("AWS::CodeBuild::Project", "nothing")
}
