package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func s3AccountBlock() Type {
	return Type{
		Key: "s3-account-bpa", Title: "S3 account public access block", CFN: "AWS::S3::AccountPublicAccessBlock", Global: true, AccountWide: true,
		Fields: []Field{
			{"public ACLs blocked", "PublicAccessBlock.BlockPublicAcls"},
			{"public ACLs ignored", "PublicAccessBlock.IgnorePublicAcls"},
			{"public policies blocked", "PublicAccessBlock.BlockPublicPolicy"},
			{"public buckets restricted", "PublicAccessBlock.RestrictPublicBuckets"},
		},
		Calls: []Call{{"S3 Control:GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"}},
		Read:  readS3AccountBlock, List: listS3AccountBlock,
	}
}

// noPublicAccessBlock is what AWS answers where nothing is blocked.
const noPublicAccessBlock = "NoSuchPublicAccessBlockConfiguration"

func readS3AccountBlock(ctx context.Context, l *Lookup) error {
	l.ID = l.AccountID
	return l.Must("PublicAccessBlock", "s3:GetAccountPublicAccessBlock", func() (any, error) {
		out, err := awsread.New(l.Access, s3control.NewFromConfig).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &l.AccountID})
		switch {
		case awsread.Code(err) == noPublicAccessBlock:
			return nil, nil
		case err != nil:
			return nil, err
		}
		return out.PublicAccessBlockConfiguration, nil
	})
}

func listS3AccountBlock(_ context.Context, l *Lookup) ([]analysis.Resource, error) {
	return []analysis.Resource{l.found("AWS::S3::AccountPublicAccessBlock", l.AccountID, "")}, nil
}
