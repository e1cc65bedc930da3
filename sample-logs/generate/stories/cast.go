package stories

import (
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// The accounts of the stories.
const (
	shop      = "111122223333" // the company's main account
	data      = "123456789012" // its data account
	research  = "777788889999" // its research account
	strangers = "444455556666" // an account outside the company
)

// User agents of tools that intruders and ordinary people use.
const (
	agentCLI       = "aws-cli/2.22.35 md/awscrt#0.23.4 ua/2.0 os/linux#6.6.9 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off"
	agentBoto      = "Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#6.6.9 md/arch#x86_64 lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.90"
	agentFirefox   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
	agentChrome    = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
	agentMac       = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
	agentS3Browser = "S3 Browser/12.3.5 (https://s3browser.com)"
	agentTerraform = "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.82.2 aws-sdk-go-v2/1.32.7"
)

// user is an IAM user with a long-term key.
func (p *script) user(account, name, address, agent string) who {
	return who{
		identity: synth.UserIdentity(account, name, p.random.UniqueID("AIDA"), p.random.KeyID("AKIA")),
		address:  address, agent: agent,
	}
}

// role makes a role of an account.
func (p *script) role(account, name string) *synth.Role {
	return &synth.Role{Account: account, Name: name, ID: p.random.UniqueID("AROA")}
}

// session is temporary credentials of a role, issued now.
func (p *script) session(r *synth.Role, name, address, agent string) who {
	return who{
		identity: synth.RoleIdentity(r, name, p.random.KeyID("ASIA"), p.now.Unix()),
		address:  address, agent: agent,
	}
}

// browser is an IAM user signed in to the console: temporary keys whose session
// issuer is written empty.
func (p *script) browser(w who, address, agent string, mfa bool) who {
	w.identity.AccessKey = p.random.KeyID("ASIA")
	w.identity.Session = &synth.SessionContext{Created: p.now.Unix(), MFA: mfa, Federation: true}
	w.address, w.agent, w.console = address, agent, true
	return w
}

// assume is w taking a role. When the role is another account's, both accounts record
// the call, joined by a shared event id. It returns the new session.
func (p *script) assume(w who, r *synth.Role, name string, record func(who, call)) who {
	s := p.session(r, name, w.address, w.agent)
	s.endpoint = w.endpoint
	c := call{
		op:        "sts:AssumeRole",
		request:   format(`{"roleArn":"%s","roleSessionName":"%s","durationSeconds":3600}`, r.ARN(), name),
		response:  p.issued(s, 1, assumedRoleUser(s)),
		resources: format(`[{"accountId":"%s","type":"AWS::IAM::Role","ARN":"%s"}]`, r.Account, r.ARN()),
	}
	if r.Account != w.account() {
		c.shared, c.requestID = p.random.UUID(), p.random.UUID().String()
		stranger := w
		stranger.identity = synth.Identity{Type: "AWSAccount", PrincipalID: w.identity.PrincipalID, Account: w.account()}
		copied := c
		copied.account = r.Account
		then := p.now
		record(stranger, copied)
		p.now = then // two accounts' records of one call
	}
	record(w, c)
	return s
}

// token looks like a session token and opens nothing.
func (p *script) token() string { return "IQoJb3JpZ2luX2VjEXAMPLE" + p.random.Hex(64) }

// signIn is a sign-in to the console with a password.
func signIn(mfa bool, failure string) call {
	used := "No"
	if mfa {
		used = "Yes"
	}
	c := call{
		op: "signin:ConsoleLogin", kind: "AwsConsoleSignIn", response: `{"ConsoleLogin":"Success"}`,
		additional: format(`{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%%23&isauthcode=true&state=hashArgsFromTB_us-east-1_5e6f7a8b9c0d1e2f","MobileVersion":"No","MFAUsed":"%s"}`, used),
	}
	if failure != "" {
		c.message, c.response = failure, `{"ConsoleLogin":"Failure"}`
	}
	return c
}

// visitor is who signs in: the user without a key.
func visitor(w who, address, agent string) who {
	w.identity.AccessKey, w.identity.Session = "", nil
	w.address, w.agent = address, agent
	return w
}

// bucketCall is a call about a bucket. parameters are further fields with a comma
// in front; the other S3 fields are written as S3 does.
func (p *script) bucketCall(event, account, bucket, parameters string) call {
	return call{
		op: "s3:" + event, request: format(`{"bucketName":"%s","Host":"%s.s3.us-east-1.amazonaws.com"%s}`, bucket, bucket, parameters),
		resources:  format(`[{"accountId":"%s","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::%s"}]`, account, bucket),
		additional: p.transfer(0, 0),
	}
}

// objectCall is a data event on an object.
func (p *script) objectCall(event, account, bucket, key, parameters string, in, out int) call {
	c := p.bucketCall(event, account, bucket, format(`,"key":"%s"%s`, key, parameters))
	c.data = true
	c.resources = format(`[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::%s/%s"},{"accountId":"%s","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::%s"}]`, bucket, key, account, bucket)
	c.additional = p.transfer(in, out)
	return c
}

func (p *script) transfer(in, out int) string {
	return format(`{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":%d,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"%s","bytesTransferredOut":%d}`, in, p.random.Hex(56), out)
}

// awsTime is how IAM and STS write times in responses.
const awsTime = "Jan 2, 2006, 3:04:05 PM"

// issued is the answer of an STS call that gave w its credentials for hours; more are
// further fields with a comma in front.
func (p *script) issued(w who, hours int, more string) string {
	return format(`{"credentials":{"accessKeyId":"%s","sessionToken":"%s","expiration":"%s"}%s}`,
		w.identity.AccessKey, p.token(), p.now.Add(time.Duration(hours)*time.Hour).Format(awsTime), more)
}

// assumedRoleUser is the part of such an answer that names the session.
func assumedRoleUser(w who) string {
	return format(`,"assumedRoleUser":{"assumedRoleId":"%s","arn":"%s"}`, w.identity.PrincipalID, w.identity.ARN)
}

// createAccessKey is the call that makes a key for a user of w's account, and the key's bearer.
func (p *script) createAccessKey(w, of who) (call, who) {
	of.identity.AccessKey, of.identity.Session, of.console = p.random.KeyID("AKIA"), nil, false
	of.address, of.agent = w.address, w.agent
	return call{
		op:      "iam:CreateAccessKey",
		request: format(`{"userName":"%s"}`, of.identity.UserName),
		response: format(`{"accessKey":{"userName":"%s","accessKeyId":"%s","status":"Active","createDate":"%s"}}`,
			of.identity.UserName, of.identity.AccessKey, p.now.Format(awsTime)),
	}, of
}

// createUser is the call that makes a user, and the user without a key.
func (p *script) createUser(w who, name string) (call, who) {
	u := w
	u.identity = synth.UserIdentity(w.account(), name, p.random.UniqueID("AIDA"), "")
	u.console = false
	return call{
		op:      "iam:CreateUser",
		request: format(`{"userName":"%s"}`, name),
		response: format(`{"user":{"path":"/","userName":"%s","userId":"%s","arn":"%s","createDate":"%s"}}`,
			name, u.identity.PrincipalID, u.identity.ARN, p.now.Format(awsTime)),
	}, u
}

// loginProfile is the call that gives a user a password, or with Update a new one.
func (p *script) loginProfile(verb, name string) call {
	c := call{op: "iam:" + verb + "LoginProfile", request: format(`{"userName":"%s","passwordResetRequired":false}`, name)}
	if verb == "Create" {
		c.response = format(`{"loginProfile":{"userName":"%s","createDate":"%s","passwordResetRequired":false}}`, name, p.now.Format(awsTime))
	}
	return c
}

// filled gives a call that says nothing else the parameters that tools usually send.
func (p *script) filled(c call, region string) call {
	if c.op == "s3:ListBuckets" && c.request == "" {
		c.request, c.additional = format(`{"Host":"s3.%s.amazonaws.com"}`, region), p.transfer(0, 1840)
	}
	if c.request != "" {
		return c
	}
	switch c.op {
	case "ec2:DescribeInstances":
		c.request = `{"maxResults":1000,"instancesSet":{},"filterSet":{}}`
	case "ec2:DescribeRegions":
		c.request = `{"regionSet":{}}`
	case "ec2:DescribeVolumes":
		c.request = `{"maxResults":500,"volumeSet":{},"filterSet":{}}`
	case "ec2:DescribeSnapshots":
		c.request = `{"maxResults":1000,"snapshotSet":{},"ownersSet":{"items":[{"owner":"self"}]},"sharedUsersSet":{},"filterSet":{}}`
	case "ec2:DescribeVpcs":
		c.request = `{"vpcSet":{},"filterSet":{}}`
	case "ec2:DescribeSubnets":
		c.request = `{"subnetSet":{},"filterSet":{}}`
	case "ec2:DescribeSecurityGroups":
		c.request = `{"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}}`
	case "ec2:DescribeInstanceTypes":
		c.request = `{"DescribeInstanceTypesRequest":{"MaxResults":100}}`
	case "iam:ListUsers", "iam:ListRoles":
		c.request = `{"maxItems":100}`
	case "cloudtrail:DescribeTrails":
		c.request = `{"trailNameList":[],"includeShadowTrails":true}`
	case "rds:DescribeDBInstances":
		c.request = `{"maxRecords":100}`
	case "lambda:ListFunctions20150331":
		c.request = `{"maxItems":50}`
	case "ssm:DescribeParameters", "secretsmanager:ListSecrets":
		c.request = `{"maxResults":50}`
	}
	return c
}

// id makes a resource id such as i-0123456789abcdef0.
func (p *script) id(prefix string) string { return prefix + "-0" + p.random.Hex(16) }

func format(f string, args ...any) string { return fmt.Sprintf(f, args...) }

func split(op string) (service, name string) {
	service, name, _ = strings.Cut(op, ":")
	return service, name
}

// quoted is text as the inside of a JSON string, for policies that are strings.
func quoted(text string) string { return strings.ReplaceAll(text, `"`, `\"`) }
