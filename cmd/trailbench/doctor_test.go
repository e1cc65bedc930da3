package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

const logBucket = "amzn-s3-demo-bucket"

// trail gives the cloud a bucket with the logs of a story, encrypted with a key, and a
// trail that writes there.
func (c *cloud) trail() (keyARN string) {
	c.t.Helper()
	ctx := c.t.Context()
	key, err := kms.NewFromConfig(c.cfg).CreateKey(ctx, &kms.CreateKeyInput{})
	c.check(err)
	keyARN = *key.KeyMetadata.Arn
	store := s3.NewFromConfig(c.cfg, func(o *s3.Options) { o.UsePathStyle = true })
	_, err = store.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(logBucket)})
	c.check(err)
	story := samplelogs.Stories()[0]
	c.check(fs.WalkDir(story.FS, "AWSLogs", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "/CloudTrail/us-east-1/") {
			return err
		}
		text, err := fs.ReadFile(story.FS, path)
		if err != nil {
			return err
		}
		_, err = store.PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String(logBucket), Key: aws.String("logs/" + path), Body: strings.NewReader(string(text)),
			ServerSideEncryption: types.ServerSideEncryptionAwsKms, SSEKMSKeyId: &keyARN,
		})
		return err
	}))
	trails := cloudtrail.NewFromConfig(c.cfg)
	_, err = trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: aws.String("management-events"), S3BucketName: aws.String(logBucket), S3KeyPrefix: aws.String("logs"), KmsKeyId: &keyARN, IsMultiRegionTrail: aws.Bool(true),
	})
	c.check(err)
	_, err = trails.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: aws.String("management-events")})
	c.check(err)
	return keyARN
}

// doctor runs the doctor and returns its lines by check.
func (c *cloud) doctor(code int, args ...string) map[string][]map[string]string {
	c.t.Helper()
	out, _ := c.run(code, append(append([]string{"doctor"}, args...), "--json")...)
	var lines []map[string]string
	if err := json.Unmarshal([]byte(out), &lines); err != nil {
		c.t.Fatalf("%v\n%s", err, out)
	}
	found := map[string][]map[string]string{}
	for _, l := range lines {
		found[l["check"]] = append(found[l["check"]], l)
	}
	return found
}

// TestIntegrationDoctor: what is well passes, with the sync command line ready; each thing
// that is not is a line that names the permission, and nothing ends the rest.
func TestIntegrationDoctor(t *testing.T) {
	c := newCloud(t)
	keyARN := c.trail()
	c.run(exitDone, "accounts", "add", c.ids["production"], "--role-name", "reader")
	var lines map[string][]map[string]string
	f := func(check, level, detail, hint string) {
		t.Helper()
		for _, l := range lines[check] {
			if l["level"] == level && strings.Contains(l["detail"], detail) && strings.Contains(l["hint"], hint) {
				return
			}
		}
		t.Errorf("no line %s %s %q %q in %v", level, check, detail, hint, lines[check])
	}

	lines = c.doctor(exitDone)
	f("case", "pass", "opens, 1 account", "")
	f("disk", "pass", "free", "")
	f("credentials", "pass", ":user/", "")
	f("clock", "pass", "from that of AWS", "")
	f("role", "pass", ":assumed-role/reader/trailbench-acme-alice", "")
	f("trail logging", "pass", "logging", "")
	f("trail regions", "pass", "every region", "")
	f("trail events", "pass", "all management events, no data events", "")
	f("trail validation", "warn", "log file validation is off", "--enable-log-file-validation")
	f("trail key", "pass", keyARN+" is enabled", "")
	f("list", "pass", "layout standalone, accounts: 2, regions: 1", "")
	f("read", "pass", "encrypted with "+keyARN, "")
	f("decrypt", "pass", " bytes", "")
	f("newest object", "warn", "delivered 2026-01-", "")
	f("sync", "pass", "trailbench sync --case "+c.dir+" s3://"+logBucket+"/logs/ --since 14d", "")

	// The command line is one that works.
	words := strings.Fields(lines["sync"][0]["detail"])
	c.run(exitDone, append(words[1:], "--dry-run")...)

	denied := func(match, action, resource string) {
		c.proxy.Reset()
		words := "User: arn:aws:sts::123456789012:assumed-role/reader/x is not authorized to perform: " + action + " on resource: " + resource + " because no identity-based policy allows the " + action + " action"
		kind, body := "application/x-amz-json-1.1", fmt.Sprintf(`{"__type":"AccessDeniedException","message":%q}`, words)
		if strings.HasPrefix(match, "GET /") {
			kind, body = "application/xml", "<Error><Code>AccessDenied</Code><Message>"+words+"</Message></Error>"
		}
		c.proxy.On(match, 0, 0, awstest.Answer(http.StatusForbidden, kind, body))
	}
	denied("CloudTrail_20131101.GetTrailStatus", "cloudtrail:GetTrailStatus", "*")
	lines = c.doctor(exitError)
	f("trail logging", "fail", "cloudtrail:GetTrailStatus", `"Action": "cloudtrail:GetTrailStatus"`)
	f("decrypt", "pass", " bytes", "") // the rest goes on
	denied("CloudTrail_20131101.GetEventSelectors", "cloudtrail:GetEventSelectors", "*")
	lines = c.doctor(exitError)
	f("trail events", "fail", "cloudtrail:GetEventSelectors", `"Action": "cloudtrail:GetEventSelectors"`)
	denied("TrentService.DescribeKey", "kms:DescribeKey", keyARN)
	lines = c.doctor(exitDone)
	f("trail key", "warn", "kms:DescribeKey", `"Action": "kms:DescribeKey"`)
	denied("GET /"+logBucket+"?", "s3:ListBucket", "arn:aws:s3:::"+logBucket)
	lines = c.doctor(exitError)
	f("list", "fail", "s3:ListBucket", `"Action": "s3:ListBucket"`)
	denied("GET /"+logBucket+"/logs/", "kms:Decrypt", keyARN)
	lines = c.doctor(exitError, "s3://"+logBucket+"/logs")
	f("read", "pass", "encrypted with", "")
	f("decrypt", "fail", "kms:Decrypt", `"Action": "kms:Decrypt"`)
	denied("GET /"+logBucket+"/logs/", "s3:GetObject", "arn:aws:s3:::"+logBucket+"/logs/x")
	lines = c.doctor(exitError, "s3://"+logBucket+"/logs")
	f("decrypt", "fail", "s3:GetObject", `"Action": "s3:GetObject"`)

	// A trail that was stopped, its key disabled.
	c.proxy.Reset()
	_, err := cloudtrail.NewFromConfig(c.cfg).StopLogging(t.Context(), &cloudtrail.StopLoggingInput{Name: aws.String("management-events")})
	c.check(err)
	_, err = kms.NewFromConfig(c.cfg).DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: aws.String(keyARN[strings.LastIndexByte(keyARN, '/')+1:])})
	c.check(err)
	c.fault("production", http.StatusForbidden, "AccessDenied", "User: arn:aws:iam::123456789012:user/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/reader")
	lines = c.doctor(exitError)
	f("trail logging", "fail", "stopped 20", "trailbench events op=cloudtrail:StopLogging")
	f("trail key", "fail", "Disabled", "enable-key")
	f("role", "fail", "sts:AssumeRole", "external id")
	if out, _ := c.run(exitError, "doctor", "--format", "table"); !strings.Contains(out, "✗ fail trail logging") && !strings.Contains(out, "x fail trail logging") || !strings.Contains(out, "\nsync it with:\n  trailbench sync ") {
		t.Errorf("drawn:\n%s", out)
	}
}
