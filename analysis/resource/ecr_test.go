package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

func TestIntegrationECR(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := ecr.NewFromConfig(e.Fill), aws.String("team/app")
	must(c.CreateRepository(ctx, &ecr.CreateRepositoryInput{
		RepositoryName: name, ImageTagMutability: types.ImageTagMutabilityMutable,
		ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: true},
	}))
	must(c.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{RepositoryName: name, PolicyText: aws.String(openPolicy)}))
	must(c.PutLifecyclePolicy(ctx, &ecr.PutLifecyclePolicyInput{RepositoryName: name, LifecyclePolicyText: aws.String(
		`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}`)}))
	must(c.PutImage(ctx, &ecr.PutImageInput{RepositoryName: name, ImageTag: aws.String("latest"), ImageManifest: aws.String(
		`{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":7,"digest":"sha256:b5b2b2c507a0944348e0303114d8d93aaaa081732b86451d9bce1f432a537bc7"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":1,"digest":"sha256:e692418e4cbaf90ca69d05a66403747baa33ee08806650b51fab815ad7fc331f"}]}`)}))
	e.lookUp("AWS::ECR::Repository", *name)
	e.lookUp("AWS::ECR::Repository", "arn:aws:ecr:us-east-1:123456789012:repository/team/app")
	e.list("AWS::ECR::Repository", *name)
	e.gone("AWS::ECR::Repository", "nothing")
}
