package resource

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

func TestIntegrationS3(t *testing.T) {
	e := startEmulator(t)
	ctx, must := t.Context(), e.done
	c := s3.NewFromConfig(e.Fill, func(o *s3.Options) { o.UsePathStyle = true })
	name, logs := aws.String("amzn-s3-demo-bucket"), aws.String("amzn-s3-demo-logging-bucket")
	for _, b := range []*string{name, logs} {
		must(c.CreateBucket(ctx, &s3.CreateBucketInput{
			Bucket: b, ObjectLockEnabledForBucket: aws.Bool(true),
			CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraintEuWest1},
		}, func(o *s3.Options) { o.Region = "eu-west-1" }))
	}
	must(c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket: logs, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	}))
	must(c.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: name, Policy: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"}]}`)}))
	must(c.PutBucketOwnershipControls(ctx, &s3.PutBucketOwnershipControlsInput{Bucket: name, OwnershipControls: &types.OwnershipControls{
		Rules: []types.OwnershipControlsRule{{ObjectOwnership: types.ObjectOwnershipBucketOwnerPreferred}},
	}}))
	must(c.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: name, ACL: types.BucketCannedACLPublicRead}))
	must(c.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: name, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(false), IgnorePublicAcls: aws.Bool(false), BlockPublicPolicy: aws.Bool(false), RestrictPublicBuckets: aws.Bool(false),
	}}))
	must(c.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: name, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
		Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{
			SSEAlgorithm: types.ServerSideEncryptionAwsKms, KMSMasterKeyID: aws.String("arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
		}}},
	}}))
	must(c.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: name, LifecycleConfiguration: &types.BucketLifecycleConfiguration{
		Rules: []types.LifecycleRule{{
			ID: aws.String("all"), Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: aws.String("")},
			Expiration: &types.LifecycleExpiration{Days: aws.Int32(1)},
		}},
	}}))
	role := iam.NewFromConfig(e.Fill)
	must(role.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("replication"), AssumeRolePolicyDocument: aws.String(everything)}))
	must(c.PutBucketReplication(ctx, &s3.PutBucketReplicationInput{Bucket: name, ReplicationConfiguration: &types.ReplicationConfiguration{
		Role: aws.String("arn:aws:iam::123456789012:role/replication"),
		Rules: []types.ReplicationRule{{
			ID: aws.String("away"), Status: types.ReplicationRuleStatusEnabled, Priority: aws.Int32(1), Filter: &types.ReplicationRuleFilter{Prefix: aws.String("")},
			DeleteMarkerReplication: &types.DeleteMarkerReplication{Status: types.DeleteMarkerReplicationStatusDisabled},
			Destination:             &types.Destination{Bucket: aws.String("arn:aws:s3:::amzn-s3-demo-logging-bucket"), Account: aws.String("444455556666")},
		}},
	}}))
	must(c.PutBucketWebsite(ctx, &s3.PutBucketWebsiteInput{Bucket: name, WebsiteConfiguration: &types.WebsiteConfiguration{
		IndexDocument: &types.IndexDocument{Suffix: aws.String("index.html")},
	}}))
	must(c.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedMethods: []string{"GET"}, AllowedOrigins: []string{"*"}}},
	}}))
	must(c.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: name, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("team"), Value: aws.String("ops")}}}}))
	e.lookUp("AWS::S3::Bucket", *name, "PolicyStatus.IsPublic", "Versioning.MFADelete", "Encryption.Rules[].BlockedEncryptionTypes.EncryptionType[]",
		"Logging.TargetBucket", "Notification.QueueConfigurations[].QueueArn", "Replication.Rules[].Destination.Account")
	e.list("AWS::S3::Bucket", *name)
	e.gone("AWS::S3::Bucket", "amzn-s3-demo-bucket1")

	// The SDK would put the account before the emulator's address.
	block, err := http.NewRequestWithContext(ctx, http.MethodPut, e.server.URL+"/v20180820/configuration/publicAccessBlock", strings.NewReader(
		`<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>`+
			`<BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`))
	if err != nil {
		t.Fatal(err)
	}
	block.Header.Set("X-Amz-Account-Id", account)
	block.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+e.server.AccessKey+"/20260115/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(block)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		t.Fatal(answer.Status)
	}
	e.lookUp("AWS::S3::AccountPublicAccessBlock", account)
	e.list("AWS::S3::AccountPublicAccessBlock", account)
}

// elsewhere refuses everything that asks for a bucket outside its own region, as AWS
// does, and says which one that is.
type elsewhere struct {
	region string
	next   http.RoundTripper
	hosts  []string
}

func (f *elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	f.hosts = append(f.hosts, r.URL.Host)
	if r.Method == http.MethodHead {
		answer, err := awstest.Refusal{Status: http.StatusForbidden, Code: "AccessDenied"}.RoundTrip(r)
		answer.Header.Set("X-Amz-Bucket-Region", f.region)
		return answer, err
	}
	return f.next.RoundTrip(r)
}

// A bucket is asked in its own region, which AWS tells with a refusal, too.
func TestBucketInAnotherRegion(t *testing.T) {
	r := readRecording(t, "s3-bucket")
	transport := &elsewhere{region: "eu-west-1", next: awstest.Replay(t, r.archive.Files, "")}
	got := through(t, transport).Lookup(t.Context(), r.resource(t))
	if got.Status != analysis.SnapshotFound || got.Resource.ARN != "arn:aws:s3:::amzn-s3-demo-bucket" {
		t.Fatalf("%s: %s; %+v", got.Status, got.Reason, got.Resource)
	}
	if len(transport.hosts) < 2 || slices.ContainsFunc(transport.hosts[1:], func(h string) bool { return !strings.Contains(h, ".eu-west-1.") }) {
		t.Errorf("asked at %q", transport.hosts)
	}
}

// An account without a block has nothing blocked, which is known.
func TestNoAccountBlock(t *testing.T) {
	none := awstest.Refusal{Status: http.StatusNotFound, Code: noPublicAccessBlock}
	got := through(t, none).Lookup(t.Context(), readRecording(t, "s3-account-bpa").resource(t))
	if got.Status != analysis.SnapshotFound || got.Config != `{"PublicAccessBlock":null}` {
		t.Errorf("%s: %s %s", got.Status, got.Config, got.Reason)
	}
}
