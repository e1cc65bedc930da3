package resource

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func s3Types() []Type {
	return []Type{
		{
			Key: "s3-bucket", Title: "S3 bucket", CFN: "AWS::S3::Bucket", Global: true,
			Fields: []Field{
				{"region", "Location.LocationConstraint"},
				{"public by policy", "PolicyStatus.IsPublic"},
				{"policy allows", "Policy.Statement[].Principal"},
				{"ACL", "Acl.Grants[].Permission"},
				{"ACL groups", "Acl.Grants[].Grantee.URI"},
				{"public policies blocked", "PublicAccessBlock.BlockPublicPolicy"},
				{"public ACLs ignored", "PublicAccessBlock.IgnorePublicAcls"},
				{"ownership", "OwnershipControls.Rules[].ObjectOwnership"},
				{"encryption", "Encryption.Rules[].ApplyServerSideEncryptionByDefault.SSEAlgorithm"},
				{"encryption key", "Encryption.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID"},
				{"encryption blocked", "Encryption.Rules[].BlockedEncryptionTypes.EncryptionType[]"},
				{"versioning", "Versioning.Status"},
				{"MFA delete", "Versioning.MFADelete"},
				{"object lock", "ObjectLock.ObjectLockEnabled"},
				{"expires after days", "Lifecycle.Rules[].Expiration.Days"},
				{"replicates to", "Replication.Rules[].Destination.Bucket"},
				{"replicates to account", "Replication.Rules[].Destination.Account"},
				{"logs to", "Logging.TargetBucket"},
				{"notifies queues", "Notification.QueueConfigurations[].QueueArn"},
				{"website", "Website.IndexDocument.Suffix"},
				{"other origins", "Cors.CORSRules[].AllowedOrigins[]"},
				{"tags", "Tags[].Key"},
			},
			Calls: []Call{
				{"S3:HeadBucket", "s3:ListBucket"},
				{"S3:GetBucketLocation", "s3:GetBucketLocation"},
				{"S3:GetBucketPolicy", "s3:GetBucketPolicy"},
				{"S3:GetBucketPolicyStatus", "s3:GetBucketPolicyStatus"},
				{"S3:GetBucketAcl", "s3:GetBucketAcl"},
				{"S3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"},
				{"S3:GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"},
				{"S3:GetBucketEncryption", "s3:GetEncryptionConfiguration"},
				{"S3:GetBucketVersioning", "s3:GetBucketVersioning"},
				{"S3:GetBucketLogging", "s3:GetBucketLogging"},
				{"S3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"},
				{"S3:GetBucketReplication", "s3:GetReplicationConfiguration"},
				{"S3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"},
				{"S3:GetBucketNotificationConfiguration", "s3:GetBucketNotification"},
				{"S3:GetBucketWebsite", "s3:GetBucketWebsite"},
				{"S3:GetBucketCors", "s3:GetBucketCORS"},
				{"S3:GetBucketTagging", "s3:GetBucketTagging"},
				{"S3:ListBuckets", "s3:ListAllMyBuckets"},
			},
			Read: readBucket, List: listBuckets,
		},
		s3AccountBlock(),
	}
}

const noSuchBucket = "NoSuchBucket"

// bucketReader reads the parts of a bucket, in the bucket's own region.
type bucketReader struct {
	*s3.Client
	bucket *string
}

func readBucket(ctx context.Context, l *Lookup) error {
	name, _, _ := strings.Cut(l.NameFrom(), "/")
	b := bucketReader{bucket: &name}
	err := l.Must("Location", "s3:GetBucketLocation", func() (any, error) {
		region, err := regionOfBucket(ctx, l, name)
		if err != nil {
			return nil, err
		}
		b.Client = newS3(l.Access.InRegion(region))
		out, err := b.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		location := out.LocationConstraint
		switch location {
		case "": // AWS says nothing where a bucket is in the oldest region
			location = "us-east-1"
		case types.BucketLocationConstraintEu:
			location = types.BucketLocationConstraintEuWest1
		}
		if string(location) != region {
			b.Client = newS3(l.Access.InRegion(string(location)))
		}
		return struct {
			LocationConstraint types.BucketLocationConstraint
		}{location}, nil
	}, noSuchBucket, "NotFound")
	if err != nil {
		return err
	}
	l.ARN = "arn:" + l.Partition() + ":s3:::" + name
	b.readAccess(ctx, l)
	b.readData(ctx, l)
	b.readUse(ctx, l)
	return nil
}

// newS3 makes a client of a region. Servers that only speak S3 know no bucket by its
// host name.
func newS3(access awsread.Config) *s3.Client {
	return awsread.New(access, s3.NewFromConfig, func(o *s3.Options) { o.UsePathStyle = access.Endpoint() != "" })
}

// regionOfBucket is where a bucket is. AWS says so to whoever asks anywhere, with the
// refusal too; where it says nothing, the region asked is as good as any.
func regionOfBucket(ctx context.Context, l *Lookup, name string) (string, error) {
	out, err := newS3(l.Access).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	if err == nil {
		return cmp.Or(aws.ToString(out.BucketRegion), l.Access.Region()), nil
	}
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil || awsread.Code(err) == "NotFound" {
		return "", err
	}
	return cmp.Or(answer.Response.Header.Get("X-Amz-Bucket-Region"), l.Access.Region()), nil
}

// readAccess reads who may use the bucket.
func (b bucketReader) readAccess(ctx context.Context, l *Lookup) {
	l.Part("Policy", "s3:GetBucketPolicy", func() (any, error) {
		out, err := b.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return document(out.Policy), nil
	}, "NoSuchBucketPolicy")
	l.Part("PolicyStatus", "s3:GetBucketPolicyStatus", func() (any, error) {
		out, err := b.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return out.PolicyStatus, nil
	}, "NoSuchBucketPolicy")
	l.Part("Acl", "s3:GetBucketAcl", func() (any, error) {
		out, err := b.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		out.Grants = append([]types.Grant{}, out.Grants...)
		return out, nil
	})
	l.Part("PublicAccessBlock", "s3:GetBucketPublicAccessBlock", func() (any, error) {
		out, err := b.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return out.PublicAccessBlockConfiguration, nil
	}, noPublicAccessBlock)
	l.Part("OwnershipControls", "s3:GetBucketOwnershipControls", func() (any, error) {
		out, err := b.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return out.OwnershipControls, nil
	}, "OwnershipControlsNotFoundError")
	l.Part("Cors", "s3:GetBucketCORS", func() (any, error) {
		return result(b.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: b.bucket}))
	}, "NoSuchCORSConfiguration")
	l.Part("Website", "s3:GetBucketWebsite", func() (any, error) {
		return result(b.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: b.bucket}))
	}, "NoSuchWebsiteConfiguration")
}

// readData reads what becomes of the data in the bucket.
func (b bucketReader) readData(ctx context.Context, l *Lookup) {
	l.Part("Encryption", "s3:GetEncryptionConfiguration", func() (any, error) {
		out, err := b.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return out.ServerSideEncryptionConfiguration, nil
	}, "ServerSideEncryptionConfigurationNotFoundError")
	l.Part("Versioning", "s3:GetBucketVersioning", func() (any, error) {
		out, err := b.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return struct {
			Status    types.BucketVersioningStatus `json:",omitempty"`
			MFADelete types.MFADeleteStatus        `json:",omitempty"`
		}{out.Status, out.MFADelete}, nil
	})
	l.Part("ObjectLock", "s3:GetBucketObjectLockConfiguration", func() (any, error) {
		out, err := b.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return out.ObjectLockConfiguration, nil
	}, "ObjectLockConfigurationNotFoundError")
	l.Part("Lifecycle", "s3:GetLifecycleConfiguration", func() (any, error) {
		out, err := b.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		out.Rules = append([]types.LifecycleRule{}, out.Rules...)
		return out, nil
	}, "NoSuchLifecycleConfiguration")
	l.Part("Replication", "s3:GetReplicationConfiguration", func() (any, error) {
		out, err := b.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: b.bucket})
		if err != nil {
			return nil, err
		}
		return out.ReplicationConfiguration, nil
	}, "ReplicationConfigurationNotFoundError")
}

// readUse reads who is told of what happens in the bucket.
func (b bucketReader) readUse(ctx context.Context, l *Lookup) {
	l.Part("Logging", "s3:GetBucketLogging", func() (any, error) {
		out, err := b.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: b.bucket})
		switch {
		case err != nil:
			return nil, err
		case out.LoggingEnabled == nil:
			return nil, errGone
		}
		return out.LoggingEnabled, nil
	})
	l.Part("Notification", "s3:GetBucketNotification", func() (any, error) {
		return result(b.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: b.bucket}))
	})
	l.Part("Tags", "s3:GetBucketTagging", func() (any, error) {
		out, err := b.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: b.bucket})
		switch {
		case awsread.Code(err) == "NoSuchTagSet":
			return []types.Tag{}, nil
		case err != nil:
			return nil, err
		}
		return out.TagSet, nil
	})
}

func listBuckets(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	buckets, err := collect(ctx, s3.NewListBucketsPaginator(newS3(l.Access), &s3.ListBucketsInput{}),
		func(p *s3.ListBucketsOutput) []types.Bucket { return p.Buckets })
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, b := range buckets {
		name := aws.ToString(b.Name)
		all = append(all, l.found("AWS::S3::Bucket", name, "arn:"+l.Partition()+":s3:::"+name))
	}
	return all, nil
}
