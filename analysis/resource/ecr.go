package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ecrTypes() []Type {
	return []Type{
		{
			Key: "ecr-repository", Title: "ECR repository", CFN: "AWS::ECR::Repository",
			Fields: []Field{
				{"created", "Repository.CreatedAt"},
				{"tags", "Repository.ImageTagMutability"},
				{"scan on push", "Repository.ImageScanningConfiguration.ScanOnPush"},
				{"key", "Repository.EncryptionConfiguration.EncryptionType"},
				{"may use it", "Policy.Statement[].Principal"},
				{"pushed", "Images[].ImagePushedAt"},
				{"digest", "Images[].ImageDigest"},
				{"image tags", "Images[].ImageTags"},
				{"lifecycle", "LifecyclePolicy.rules[].action.type"},
			},
			Calls: calls("ECR", "ecr", "GetRepositoryPolicy", "DescribeImages", "GetLifecyclePolicy", "DescribeRepositories"),
			Read:  readRepository, List: listRepositories,
		},
	}
}

func readRepository(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, ecr.NewFromConfig), aws.String(l.rest("repository/"))
	err := l.Must("Repository", "ecr:DescribeRepositories", func() (any, error) {
		out, err := c.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RepositoryNames: []string{*name}})
		if err != nil {
			return nil, err
		}
		if len(out.Repositories) == 1 {
			l.ARN = aws.ToString(out.Repositories[0].RepositoryArn)
		}
		return only(out.Repositories, nil)
	}, "RepositoryNotFoundException")
	if err != nil {
		return err
	}
	l.Part("Policy", "ecr:GetRepositoryPolicy", func() (any, error) {
		out, err := c.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: name})
		if err != nil {
			return nil, err
		}
		return document(out.PolicyText), nil
	}, "RepositoryPolicyNotFoundException")
	l.Part("Images", "ecr:DescribeImages", list(ctx, ecr.NewDescribeImagesPaginator(c, &ecr.DescribeImagesInput{RepositoryName: name}),
		func(p *ecr.DescribeImagesOutput) []types.ImageDetail { return p.ImageDetails }))
	l.Part("LifecyclePolicy", "ecr:GetLifecyclePolicy", func() (any, error) {
		out, err := c.GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{RepositoryName: name})
		if err != nil {
			return nil, err
		}
		return document(out.LifecyclePolicyText), nil
	}, "LifecyclePolicyNotFoundException")
	return nil
}

func listRepositories(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ecr.NewFromConfig)
	all, err := collect(ctx, ecr.NewDescribeRepositoriesPaginator(c, &ecr.DescribeRepositoriesInput{}),
		func(p *ecr.DescribeRepositoriesOutput) []types.Repository { return p.Repositories })
	return resources(l, "AWS::ECR::Repository", all, err, func(r types.Repository) (string, string) {
		return aws.ToString(r.RepositoryName), aws.ToString(r.RepositoryArn)
	})
}
