package stories

import "github.com/trailbench/trailbench/sample-logs/generate/synth"

// stolenInstanceCredentials: a web server is talked into fetching its own role
// credentials, which then read a bucket empty from elsewhere.
func stolenInstanceCredentials(p *script) {
	p.at("2026-01-18 00:00:00")
	p.options.Start, p.options.Days, p.options.Events = p.now, 3, 460
	p.options.Accounts = []string{shop}
	p.options.Regions = []string{"us-east-1"}
	p.options.DataShare = 0.15

	const customers, assets = "amzn-s3-demo-bucket-customers", "amzn-s3-demo-bucket-storefront"
	role := p.role(shop, "web-frontend")
	instance := p.id("i")

	// The server at work: its credentials come from the metadata service, version 2,
	// and its calls leave through a VPC endpoint.
	endpoint := "vpce-0" + p.random.Hex(16)
	for _, clock := range []string{
		"18 06:02:11", "18 12:02:37", "18 18:03:02", "19 00:03:29", "19 06:03:51", "19 12:04:15", "19 18:04:40", "20 00:05:06", "20 09:05:31",
	} {
		p.at("2026-01-" + clock)
		server := p.onInstance(role, instance, "2.0")
		server.address, server.agent, server.endpoint = "10.0.14.27", "aws-sdk-java/2.29.40 Linux/6.1.119-x86_64 OpenJDK_64-Bit_Server_VM/21.0.5 Java/21.0.5", endpoint
		for range 5 {
			p.ordinary(server, p.objectCall("GetObject", shop, assets, "templates/"+p.random.Hex(8)+".html", "", 0, 9_000+p.random.IntN(20_000)))
			p.wait(20, 400)
		}
		p.ordinary(server, p.objectCall("GetObject", shop, customers, "avatars/"+p.random.Hex(8)+".png", "", 0, 30_000+p.random.IntN(20_000)))
		p.wait(5, 20)
		p.ordinary(server, call{op: "ssm:GetParameter", request: `{"name":"/storefront/feature-flags","withDecryption":false}`})
	}

	// The same role, the same session name, but a key that was fetched with version 1
	// of the metadata service, and used from a rented server.
	p.at("2026-01-19 03:22:40")
	thief := p.onInstance(role, instance, "1.0").from("198.51.100.201", agentCLI)
	p.wait(60, 90)
	p.attack(thief, call{op: "sts:GetCallerIdentity"}, "T1552.005", "instance credentials appear outside of the instance")
	p.attack(thief, call{op: "iam:ListUsers"}.refused(thief), "T1087.004", "asks what the role may do; refused")
	p.attack(thief, call{op: "iam:ListRolePolicies", request: `{"roleName":"web-frontend"}`}.refused(thief), "T1087.004", "asks what the role may do; refused")
	p.attack(thief, call{op: "ec2:DescribeInstances"}.refused(thief), "T1580", "looks for other instances; refused")
	p.attack(thief, call{op: "s3:ListBuckets"}, "T1619", "lists the buckets")
	buckets := []string{assets, "amzn-s3-demo-bucket-reports1", "amzn-s3-demo-bucket-billing1", customers}
	for _, b := range buckets {
		c := p.bucketCall("GetBucketLocation", shop, b, `,"location":""`)
		if b != customers && b != assets {
			c = c.refused(thief)
		}
		p.attack(thief, c, "T1619", "tries one bucket after the other")
	}
	for i := range 3 {
		c := p.bucketCall("ListObjects", shop, customers, format(`,"list-type":"2","prefix":"exports/","max-keys":"1000","encoding-type":"url","continuation-token":"%d"`, i))
		c.data, c.additional = true, p.transfer(0, 240_000)
		p.attack(thief, c, "T1619", "lists the customer exports")
	}

	// An hourly digest of the files delivered meanwhile, without its signature: S3
	// keeps that as metadata of the object, and a folder has none.
	p.extras = append(p.extras, digest(shop, "us-east-1", "2026-01-19 03:00:00"))

	sync := thief.from("198.51.100.201", "aws-cli/2.22.35 md/awscrt#0.23.4 ua/2.0 os/linux#6.6.9 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/command#s3.sync")
	p.pace(0, 3)
	for i := range 150 {
		key := format("exports/2025/%02d/customers-%03d.csv.gz", 1+i/13, i)
		p.attack(sync, p.objectCall("GetObject", shop, customers, key, "", 0, 4_000_000+p.random.IntN(9_000_000)), "T1530", "downloads the customer exports")
	}
	p.pace(2, 14)
	p.wait(240, 300)

	again := thief.from("2001:db8:4c1f::17", agentCLI)
	p.attack(again, call{op: "ssm:DescribeParameters"}.refused(again), "T1552", "comes back over IPv6 and looks for parameters; refused")
	p.attack(again, call{op: "ssm:GetParameter", request: `{"name":"/storefront/feature-flags","withDecryption":true}`}, "T1552", "reads the one parameter that the role may read")
	p.attack(again, call{op: "lambda:ListFunctions20150331"}, "T1526", "lists the functions")
	mailer := p.user(shop, "report-mailer", "192.0.2.31", agentBoto)
	p.attack(again, call{op: "lambda:GetFunction20150331v2", request: `{"functionName":"reports-worker"}`}, "T1552.001", "reads a function's configuration, which has a key among its environment variables")
	found := mailer.from("198.51.100.201", agentBoto)
	p.wait(30, 60)
	p.attack(found, call{op: "sts:GetCallerIdentity"}, "T1078.004", "tries the key it found")
	p.attack(found, call{op: "ses:GetSendQuota", region: "us-east-1"}, "T1526", "asks how much mail the account may send")
	p.attack(found, call{op: "ses:ListIdentities", request: `{"identityType":"Domain","maxItems":100}`}, "T1526", "asks which senders are verified")
	p.attack(found, call{op: "ses:SendEmail", request: `{"source":"billing@example.com","destination":{"toAddresses":["HIDDEN_DUE_TO_SECURITY_REASONS"]},"message":{"subject":{"data":"HIDDEN_DUE_TO_SECURITY_REASONS"}}}`}.refused(found), "T1534", "tries to send mail in the company's name; refused")

	// What the found key does by day.
	for _, clock := range []string{"18 07:00:03", "19 07:00:02", "20 07:00:04"} {
		p.at("2026-01-" + clock)
		p.routine(mailer, 1, 3, call{op: "ses:GetSendQuota"}, call{op: "sts:GetCallerIdentity"})
	}
}

// onInstance is a role's credentials as an instance's metadata service hands them out,
// with the record of how EC2 got them.
func (p *script) onInstance(r *synth.Role, instance, delivery string) who {
	w := p.session(r, instance, "", "")
	w.identity.Session.EC2RoleDelivery = delivery
	ec2 := who{identity: synth.Identity{Type: "AWSService", InvokedBy: "ec2.amazonaws.com"}, address: "ec2.amazonaws.com", agent: "ec2.amazonaws.com"}
	p.ordinary(ec2, call{
		op: "sts:AssumeRole", account: r.Account, shared: p.random.UUID(),
		request:   format(`{"roleArn":"%s","roleSessionName":"%s"}`, r.ARN(), instance),
		response:  p.issued(w, 6, ""),
		resources: format(`[{"accountId":"%s","type":"AWS::IAM::Role","ARN":"%s"}]`, r.Account, r.ARN()),
	})
	p.wait(3, 30)
	return w
}
