package stories

import "github.com/trailbench/trailbench/sample-logs/generate/synth"

// leakedKey: a build user's key is found in a public repository, makes its way to
// administrator, and goes on into a second account through two roles.
func leakedKey(p *script) {
	p.at("2026-01-15 00:00:00")
	p.options.Start, p.options.Days, p.options.Events = p.now, 3, 520
	p.options.Accounts = []string{shop, data}

	release := p.user(shop, "ci-release", "198.51.100.77", agentTerraform)
	admin := p.user(shop, "platform-admin", "192.0.2.110", agentCLI)
	orgRole, deployRole, dataAdmin := p.role(shop, "organization-deploy"), p.role(data, "cross-account-deploy"), p.role(data, "data-platform-admin")
	orders, reports := p.secret(data, "prod/orders/db"), p.secret(data, "prod/reports/warehouse")

	// What these two do on every working day.
	for _, day := range []string{"15", "16"} {
		for _, hour := range []string{"08:10:21", "11:42:03", "15:07:44"} {
			p.at("2026-01-" + day + " " + hour)
			p.routine(release, 1, 4,
				call{op: "sts:GetCallerIdentity"},
				call{op: "ecr:GetAuthorizationToken"},
				call{op: "cloudformation:DescribeStacks", request: `{"stackName":"storefront"}`},
				call{op: "s3:ListBuckets"},
			)
		}
		p.at("2026-01-" + day + " 09:31:15")
		p.routine(admin, 10, 50,
			call{op: "sts:GetCallerIdentity"},
			call{op: "iam:ListRoles", request: `{"maxItems":100}`},
			call{op: "iam:GetAccountSummary"},
		)
		deploy := p.assume(admin, orgRole, "platform-admin", p.record)
		inData := p.assume(deploy, deployRole, "platform-admin", p.record)
		p.routine(inData, 5, 30,
			call{op: "cloudformation:DescribeStacks", request: `{"stackName":"warehouse"}`},
			call{op: "rds:DescribeDBClusters", request: `{"includeShared":false}`},
		)
	}

	// A scanner of public repositories tries the key within minutes of the push.
	p.at("2026-01-16 02:11:07")
	scanner := release.from("203.0.113.66", "TruffleHog")
	p.attack(scanner, call{op: "sts:GetCallerIdentity"}, "T1078.004", "a secret scanner tries the leaked key")
	p.wait(1500, 1700)

	thief := release.from("203.0.113.84", agentBoto)
	p.attack(thief, call{op: "sts:GetCallerIdentity"}, "T1078.004", "a person tries the leaked key from another address")
	for _, op := range []string{
		"iam:ListUsers", "iam:ListRoles", "iam:GetAccountSummary", "s3:ListBuckets", "ec2:DescribeInstances", "lambda:ListFunctions20150331",
	} {
		p.attack(thief, call{op: op}, "T1580", "looks around with what the key may read")
	}
	// The error storm: an enumeration tool asks for everything, everywhere.
	p.pace(0, 1)
	for _, region := range []string{"us-east-1", "us-west-2", "eu-west-1"} {
		for _, op := range []string{
			"iam:GetAccountAuthorizationDetails", "secretsmanager:ListSecrets", "ssm:DescribeParameters", "rds:DescribeDBInstances", "kms:ListKeys",
			"dynamodb:ListTables", "ses:ListIdentities", "organizations:ListAccounts", "guardduty:ListDetectors", "cloudtrail:DescribeTrails",
			"eks:ListClusters", "sns:ListTopics", "sqs:ListQueues", "bedrock:ListFoundationModels",
		} {
			p.attack(thief, call{op: op, region: region}.refused(thief), "T1526", "an enumeration tool is refused")
		}
	}
	p.pace(2, 14)
	p.wait(120, 180)
	p.attack(thief, call{op: "iam:ListAttachedUserPolicies", request: `{"userName":"platform-admin"}`}, "T1087.004", "finds a user with administrator rights")
	p.attack(thief, call{op: "iam:ListAccessKeys", request: `{"userName":"platform-admin"}`}, "T1087.004", "sees that the administrator has room for a second key")
	p.attack(thief, call{op: "iam:AttachUserPolicy", request: `{"userName":"ci-release","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`}.refused(thief), "T1098.003", "tries to make the leaked user an administrator; refused")
	made, asAdmin := p.createAccessKey(thief, admin)
	p.attack(thief, made, "T1098.001", "makes a second access key for the administrator")

	p.wait(40, 60)
	p.attack(asAdmin, call{op: "sts:GetCallerIdentity"}, "T1078.004", "uses the administrator's new key")
	p.attack(asAdmin, call{op: "iam:GetAccountAuthorizationDetails", request: `{"filter":["User","Role"]}`}, "T1087.004", "reads every user, role and policy")
	create, portal := p.createUser(asAdmin, "support-portal")
	p.attack(asAdmin, create, "T1136.003", "creates a user of its own with an innocent name")
	p.attack(asAdmin, p.loginProfile("Create", "support-portal"), "T1098.001", "gives it a console password")
	p.attack(asAdmin, call{op: "iam:AttachUserPolicy", request: `{"userName":"support-portal","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`}, "T1098.003", "makes it an administrator")
	made, portalKey := p.createAccessKey(asAdmin, portal)
	p.attack(asAdmin, made, "T1098.001", "gives it an access key")
	p.attack(asAdmin, call{op: "iam:PutUserPolicy", request: format(`{"userName":"ci-release","policyName":"build-cache","policyDocument":"%s"}`, quoted(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`))}, "T1098.003", "adds a full-access inline policy to the leaked user")

	p.wait(300, 360)
	p.attack(visitor(portal, "203.0.113.84", agentChrome), signIn(false, ""), "T1078.004", "signs in to the console as the new user, without MFA")
	inConsole := p.browser(portal, "203.0.113.84", agentChrome, false)
	for _, op := range []string{"iam:GetAccountSummary", "iam:ListUsers", "ec2:DescribeInstances", "ec2:DescribeRegions", "organizations:ListAccounts", "organizations:DescribeOrganization"} {
		p.attack(inConsole, call{op: op}, "T1538", "clicks through the console")
	}

	p.wait(200, 260)
	record := func(step string) func(who, call) {
		return func(w who, c call) { p.attack(w, c, "T1548.005", step) }
	}
	hop1 := p.assume(portalKey, orgRole, "support-portal", record("takes the role that may deploy into other accounts"))
	p.wait(20, 40)
	hop2 := p.assume(hop1, deployRole, "support", record("goes over into the data account"))
	p.attack(hop2, call{op: "sts:GetCallerIdentity"}, "T1078.004", "checks who it is in the data account")
	p.attack(hop2, call{op: "iam:ListRoles", request: `{"maxItems":1000}`}, "T1087.004", "lists the roles of the data account")
	hop3 := p.assume(hop2, dataAdmin, "support", record("takes an administrator role in the data account"))
	p.attack(hop3, call{op: "secretsmanager:ListSecrets", request: `{"maxResults":100}`}, "T1555.006", "lists the secrets")
	for _, secret := range []string{orders, reports} {
		p.attack(hop3, call{op: "secretsmanager:GetSecretValue", request: format(`{"secretId":"%s"}`, secret)}, "T1555.006", "reads a database password")
		p.ordinary(hop3.through("secretsmanager.amazonaws.com"), decrypt(data, secret, p.random.UUID()))
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::` + shop + `:root","arn:aws:iam::` + strangers + `:root"]},"Action":"sts:AssumeRole"}]}`
	p.attack(hop3, call{op: "iam:UpdateAssumeRolePolicy", request: format(`{"roleName":"cross-account-deploy","policyDocument":"%s"}`, quoted(trust))}, "T1484.002", "lets an outside account assume the role: a way back in")
	p.attack(asAdmin, call{op: "iam:DeleteAccessKey", request: format(`{"userName":"platform-admin","accessKeyId":"%s"}`, asAdmin.identity.AccessKey)}, "T1070", "deletes the administrator's second key, to tidy up")

	// The next night, through the way back in.
	p.at("2026-01-17 01:05:12")
	own := who{identity: synth.Identity{Type: "AWSAccount", PrincipalID: p.random.UniqueID("AIDA"), Account: strangers}, address: "203.0.113.84", agent: agentCLI}
	back := p.session(deployRole, "backup", own.address, own.agent)
	p.attack(own, call{
		op: "sts:AssumeRole", account: data, shared: p.random.UUID(),
		request:   format(`{"roleArn":"%s","roleSessionName":"backup"}`, deployRole.ARN()),
		response:  p.issued(back, 1, assumedRoleUser(back)),
		resources: format(`[{"accountId":"%s","type":"AWS::IAM::Role","ARN":"%s"}]`, data, deployRole.ARN()),
	}, "T1199", "comes back through the trusted outside account")
	for _, op := range []string{"sts:GetCallerIdentity", "rds:DescribeDBInstances", "secretsmanager:ListSecrets"} {
		p.attack(back, call{op: op}, "T1580", "looks whether everything is still there")
	}
}

// secret is the ARN of a secret.
func (p *script) secret(account, name string) string {
	return "arn:aws:secretsmanager:us-east-1:" + account + ":secret:" + name + "-" + p.random.Hex(6)
}

// decrypt is the call with which Secrets Manager opens a secret for its reader.
func decrypt(account, secret string, version synth.UUID) call {
	return call{
		op:        "kms:Decrypt",
		request:   format(`{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"SecretARN":"%s","SecretVersionId":"%s"}}`, secret, version),
		resources: format(`[{"accountId":"%s","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:%s:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]`, account, account),
	}
}

// record is ordinary as a function for assume.
func (p *script) record(w who, c call) { p.ordinary(w, c) }

// routine lets w make ordinary calls, some seconds apart.
func (p *script) routine(w who, from, to int, calls ...call) {
	for _, c := range calls {
		p.ordinary(w, c)
		p.wait(from, to)
	}
}
