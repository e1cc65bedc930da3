package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	"github.com/trailbench/trailbench/analysis/store"
)

// organization is an emulated organization: the management account and three members,
// each with a role that may be assumed from the management account, and what an
// attacker left in the first member.
type organization struct {
	t      testing.TB
	server *awstest.Server
	// Proxy stands before the emulator: it sees every request of the program.
	proxy      *awstest.Proxy
	management string
	members    []string
	base       aws.Config
	// What the attacker left.
	snapshot, group, user, bucket, trail string
}

const readerRole = "ir-readonly"

func newOrganization(t testing.TB) *organization {
	t.Helper()
	o := &organization{t: t, server: awstest.Moto(t), management: "123456789012"}
	awstest.Setenv(t, o.server.AccessKey, o.server.SecretKey)
	t.Setenv("AWS_ENDPOINT_URL", o.server.URL)
	var err error
	if o.base, err = config.LoadDefaultConfig(t.Context()); err != nil {
		t.Fatal(err)
	}
	org := organizations.NewFromConfig(o.base)
	_, err = org.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: "ALL"})
	o.must(err)
	for _, name := range []string{"production", "staging", "log-archive"} {
		made, err := org.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")})
		o.must(err)
		o.members = append(o.members, *made.CreateAccountStatus.AccountId)
	}
	for _, account := range append([]string{o.management}, o.members...) {
		_, err := iam.NewFromConfig(o.in(account)).CreateRole(t.Context(), &iam.CreateRoleInput{
			RoleName: aws.String(readerRole), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}`),
		})
		o.must(err)
	}
	o.attack()
	o.proxy = awstest.NewProxy(t, o.server.URL)
	t.Setenv("AWS_ENDPOINT_URL", o.proxy.URL)
	return o
}

func (o *organization) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// in may do everything in an account.
func (o *organization) in(account string) aws.Config {
	o.t.Helper()
	if account == o.management {
		return o.base
	}
	out, err := sts.NewFromConfig(o.base).AssumeRole(o.t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("setup"),
	})
	o.must(err)
	cfg := o.base.Copy()
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	return cfg
}

func (o *organization) victim() string { return o.members[0] }

// attack does in the first member what the records of [organization.records] say.
func (o *organization) attack() {
	ctx, cfg := o.t.Context(), o.in(o.victim())
	e := ec2.NewFromConfig(cfg)
	volume, err := e.CreateVolume(ctx, &ec2.CreateVolumeInput{AvailabilityZone: aws.String("us-east-1a"), Size: aws.Int32(8)})
	o.must(err)
	snapshot, err := e.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{VolumeId: volume.VolumeId})
	o.must(err)
	o.snapshot = *snapshot.SnapshotId
	o.share(true)
	vpcs, err := e.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	o.must(err)
	group, err := e.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String("maintenance"), Description: aws.String("x"), VpcId: vpcs.Vpcs[0].VpcId})
	o.must(err)
	o.group = *group.GroupId
	_, err = e.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &o.group, IpPermissions: []ec2types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
	}}})
	o.must(err)
	o.user = "svc-backup"
	i := iam.NewFromConfig(cfg)
	_, err = i.CreateUser(ctx, &iam.CreateUserInput{UserName: &o.user})
	o.must(err)
	_, err = i.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &o.user, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
	o.must(err)
	o.bucket, o.trail = "amzn-s3-demo-bucket", "org-trail"
	_, err = s3.NewFromConfig(cfg, func(opt *s3.Options) { opt.UsePathStyle = true }).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &o.bucket})
	o.must(err)
	trails := cloudtrail.NewFromConfig(cfg)
	_, err = trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: &o.trail, S3BucketName: &o.bucket, IsMultiRegionTrail: aws.Bool(true)})
	o.must(err)
}

// share shares the snapshot with a stranger, or takes that back.
func (o *organization) share(on bool) {
	in := &ec2.ModifySnapshotAttributeInput{SnapshotId: &o.snapshot, Attribute: ec2types.SnapshotAttributeNameCreateVolumePermission, UserIds: []string{"444455556666"}, OperationType: ec2types.OperationTypeAdd}
	if !on {
		in.OperationType = ec2types.OperationTypeRemove
	}
	_, err := ec2.NewFromConfig(o.in(o.victim())).ModifySnapshotAttribute(o.t.Context(), in)
	o.must(err)
}

// records are what CloudTrail would have written of the attack, and of ordinary days in
// the other accounts.
func (o *organization) records() []map[string]any {
	n := 0
	record := func(account, region, service, name string, request, response any) map[string]any {
		n++
		return map[string]any{
			"eventVersion": "1.11", "eventTime": fmt.Sprintf("2026-01-15T10:%02d:00Z", n), "eventSource": service + ".amazonaws.com", "eventName": name,
			"awsRegion": region, "sourceIPAddress": "203.0.113.77", "userAgent": "aws-cli/2.17", "eventID": fmt.Sprintf("00000000-0000-4000-8000-%012d", n),
			"eventType": "AwsApiCall", "recipientAccountId": account, "eventCategory": "Management", "managementEvent": true, "readOnly": false,
			"userIdentity":      map[string]any{"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::" + account + ":user/ci-deploy", "accountId": account, "userName": "ci-deploy", "accessKeyId": "AKIAI44QH8DHBEXAMPLE"},
			"requestParameters": request, "responseElements": response,
		}
	}
	type m = map[string]any
	v := o.victim()
	all := []m{
		record(v, "us-east-1", "iam", "CreateUser", m{"userName": o.user}, m{"user": m{"userName": o.user, "arn": "arn:aws:iam::" + v + ":user/" + o.user, "userId": "AIDAIOSFODNN7EXAMPLE"}}),
		record(v, "us-east-1", "iam", "AttachUserPolicy", m{"userName": o.user, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, nil),
		record(v, "us-east-1", "ec2", "CreateSnapshot", m{"volumeId": "vol-0a1b2c3d4e5f67890"}, m{"snapshotId": o.snapshot, "volumeId": "vol-0a1b2c3d4e5f67890"}),
		record(v, "us-east-1", "ec2", "ModifySnapshotAttribute", m{"snapshotId": o.snapshot, "createVolumePermission": m{"add": m{"items": []m{{"userId": "444455556666"}}}}, "attributeType": "CREATE_VOLUME_PERMISSION"}, m{"_return": true}),
		record(v, "us-east-1", "ec2", "CreateSecurityGroup", m{"groupName": "maintenance"}, m{"groupId": o.group}),
		record(v, "us-east-1", "ec2", "AuthorizeSecurityGroupIngress", m{"groupId": o.group, "ipPermissions": m{"items": []m{{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": m{"items": []m{{"cidrIp": "0.0.0.0/0"}}}}}}}, m{"_return": true}),
		record(v, "us-east-1", "cloudtrail", "StopLogging", m{"name": "arn:aws:cloudtrail:us-east-1:" + v + ":trail/" + o.trail}, nil),
		record(v, "us-east-1", "ec2", "CreateSnapshot", m{"volumeId": "vol-0a1b2c3d4e5f67890"}, m{"snapshotId": "snap-00000000000000000", "volumeId": "vol-0a1b2c3d4e5f67890"}),
	}
	for _, account := range append([]string{o.management}, o.members[1:]...) {
		all = append(all, record(account, "us-east-1", "iam", "UpdateRole", m{"roleName": readerRole}, nil))
	}
	return all
}

// caseOf makes a case of records.
func caseOf(t testing.TB, records []map[string]any) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	if err := store.Create(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	ingestRecords(t, dir, records)
	return dir
}

// ingestRecords brings records into a case.
func ingestRecords(t testing.TB, dir string, records []map[string]any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "111122223333_CloudTrail_us-east-1_20260115T1500Z_0123456789abcdef.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	cli(t, dir, "ingest", file)
}

// cli runs a command line over a case and returns what it prints; it must succeed.
func cli(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, said, err := tryCLI(t, dir, args...)
	if err != nil {
		t.Fatalf("trailbench %s: %v\n%s%s", strings.Join(args, " "), err, out, said)
	}
	return out
}

// tryCLI runs a command line over a case; said is what it says on stderr.
func tryCLI(t testing.TB, dir string, args ...string) (out, said string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	a := newApp(strings.NewReader(""), &stdout, &stderr, func(string) (string, bool) { return "", false })
	a.now = func() time.Time { return time.Now().UTC() }
	root := newRootCommand(a)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetArgs(append(args, "--case="+dir, "--no-input", "--progress=none", "--color=never"))
	err = root.ExecuteContext(t.Context())
	a.close()
	return stdout.String(), stderr.String(), err
}
