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
	read := func() (any, error) {
		out, err := awsread.New(l.Access, s3control.NewFromConfig).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &l.AccountID})
		switch {
		case err != nil:
			return nil, err
		case out.PublicAccessBlockConfiguration.BlockPublicAcls == nil: // AWS says all four
			return nil, awsread.ErrForeign
		}
		return out.PublicAccessBlockConfiguration, nil
	}
	block, err := guarded(read)
	again := func() (any, error) { return block, err }
	if awsread.Code(err) == noPublicAccessBlock { // nothing is blocked, and the account is there
		l.Part("PublicAccessBlock", "s3:GetAccountPublicAccessBlock", again, noPublicAccessBlock)
		return nil
	}
	return l.Must("PublicAccessBlock", "s3:GetAccountPublicAccessBlock", again)
}

func listS3AccountBlock(_ context.Context, l *Lookup) ([]analysis.Resource, error) {
	return []analysis.Resource{l.found("AWS::S3::AccountPublicAccessBlock", l.AccountID, "")}, nil
}
