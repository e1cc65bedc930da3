package stories

// s3Ransom: a stolen backup key switches a bucket's protections off, encrypts its
// objects with a key that nobody else has, deletes the rest and leaves a note.
func s3Ransom(p *script) {
	p.at("2026-01-18 00:00:00")
	p.options.Start, p.options.Days, p.options.Events = p.now, 3, 290
	p.options.Accounts = []string{data}
	p.options.Regions = []string{"us-east-1"}
	p.options.DataShare = 0.12
	// The security team's own trail delivers every management event once more.
	p.options.SecondTrail = "security"

	const ledger, backups = "amzn-s3-demo-bucket-ledger", "amzn-s3-demo-bucket-backups"
	backup := p.user(data, "backup-nightly", "192.0.2.45", agentCLI)
	for _, day := range []string{"18", "19", "20"} {
		p.at("2026-01-" + day + " 01:00:04")
		p.ordinary(backup, call{op: "sts:GetCallerIdentity"})
		for i := range 8 {
			p.wait(3, 9)
			key := format("daily/2026-01-%s/part-%02d.tar.zst", day, i)
			p.ordinary(backup, p.objectCall("PutObject", data, backups, key, "", 40_000_000+p.random.IntN(9_000_000), 0))
		}
	}

	p.at("2026-01-19 22:41:18")
	thief := backup.from("203.0.113.155", agentS3Browser)
	p.attack(thief, call{op: "s3:ListBuckets"}, "T1619", "connects with a graphical S3 tool and lists the buckets")
	for _, b := range []string{ledger, backups} {
		p.attack(thief, p.bucketCall("GetBucketLocation", data, b, `,"location":""`), "T1619", "opens a bucket")
		p.attack(thief, p.bucketCall("GetBucketVersioning", data, b, `,"versioning":""`), "T1619", "asks whether versions are kept")
		missing := p.bucketCall("GetBucketObjectLockConfiguration", data, b, `,"object-lock":""`)
		missing.code, missing.message = "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"
		p.attack(thief, missing, "T1619", "asks whether objects are locked; they are not")
		p.attack(thief, p.bucketCall("GetBucketReplication", data, b, `,"replication":""`), "T1619", "asks whether there is a copy elsewhere")
	}
	p.attack(thief, p.bucketCall("PutBucketLogging", data, ledger, `,"logging":"","BucketLoggingStatus":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/"}`), "T1685.002", "switches the bucket's access log off")
	for _, b := range []string{ledger, backups} {
		p.attack(thief, p.bucketCall("PutBucketVersioning", data, b, `,"versioning":"","VersioningConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Status":"Suspended"}`), "T1490", "suspends versioning")
	}
	p.attack(thief, p.bucketCall("DeleteBucketReplication", data, backups, `,"replication":""`), "T1490", "removes the replication of the backups")
	p.attack(thief, p.bucketCall("DeleteBucketPolicy", data, backups, `,"policy":""`).refused(thief), "T1490", "tries to remove the policy that protects the backups; refused")

	p.pace(0, 4)
	keys := make([]string, 60)
	for i := range keys {
		keys[i] = format("accounts/2025-%02d/ledger-%03d.parquet", 1+i/5, i)
	}
	for _, key := range keys[:25] {
		p.attack(thief, p.objectCall("GetObject", data, ledger, key, "", 0, 900_000+p.random.IntN(400_000)), "T1530", "takes copies before it encrypts")
	}
	for _, key := range keys {
		c := p.objectCall("CopyObject", data, ledger, key, format(`,"x-amz-copy-source":"%s/%s","x-amz-server-side-encryption-customer-algorithm":"AES256","x-amz-server-side-encryption-customer-key":"HIDDEN_DUE_TO_SECURITY_REASONS"`, ledger, key), 0, 0)
		c.response = `{"x-amz-server-side-encryption-customer-algorithm":"AES256"}`
		p.attack(thief, c, "T1486", "overwrites the object with one encrypted by a key of its own (SSE-C)")
	}
	for day := range 3 {
		for i := range 8 {
			p.attack(thief, p.objectCall("DeleteObject", data, backups, format("daily/2026-01-%02d/part-%02d.tar.zst", 17+day, i), "", 0, 0), "T1485", "deletes the backups")
		}
	}
	p.pace(2, 14)
	bulk := p.bucketCall("DeleteObjects", data, ledger, `,"delete":"","x-id":"DeleteObjects"`)
	bulk.data = true
	p.attack(thief, bulk, "T1485", "deletes what is left, a thousand at a time")
	p.attack(thief, p.bucketCall("PutBucketLifecycle", data, ledger, `,"lifecycle":"","LifecycleConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"ID":"cleanup","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":7},"NoncurrentVersionExpiration":{"NoncurrentDays":1}}}`), "T1485.001", "marks everything for deletion in seven days")
	p.attack(thief, p.objectCall("PutObject", data, ledger, "READ-ME-TO-RECOVER-YOUR-FILES.txt", "", 1_184, 0), "T1657", "leaves a note")
	p.attack(thief, call{
		op: "s3:CreateBucket", request: `{"bucketName":"amzn-s3-demo-bucket-contact-us","Host":"s3.us-east-1.amazonaws.com","x-amz-acl":"private"}`,
		resources:  `[{"accountId":"` + data + `","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-bucket-contact-us"}]`,
		additional: p.transfer(0, 0),
	}, "T1657", "creates a bucket whose name is a message")
	p.attack(thief, p.bucketCall("PutBucketPolicy", data, ledger, format(`,"policy":"","bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*","Condition":{"StringNotLike":{"aws:userId":"%s"}}}]}`, ledger, thief.identity.PrincipalID)), "T1531", "locks everybody else out of the bucket")
	key := "arn:aws:kms:us-east-1:" + data + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	p.attack(thief, call{op: "kms:ScheduleKeyDeletion", request: format(`{"keyId":"%s","pendingWindowInDays":7}`, key)}.refused(thief), "T1485", "tries to have the company's own key deleted; refused")

	// The morning after.
	p.at("2026-01-20 07:12:30")
	oncall := p.browser(p.user(data, "saanvi", "192.0.2.118", agentMac), "192.0.2.118", agentMac, true)
	p.ordinary(visitor(oncall, "192.0.2.118", agentMac), signIn(true, ""))
	p.wait(5, 9)
	p.routine(oncall, 10, 40,
		call{op: "s3:ListBuckets"},
		p.bucketCall("GetBucketVersioning", data, ledger, `,"versioning":""`),
		call{op: "cloudtrail:LookupEvents", request: `{"maxResults":50,"lookupAttributes":[{"attributeKey":"Username","attributeValue":"backup-nightly"}]}`},
		call{op: "iam:ListAccessKeys", request: `{"userName":"backup-nightly"}`},
		call{op: "iam:UpdateAccessKey", request: format(`{"userName":"backup-nightly","accessKeyId":"%s","status":"Inactive"}`, backup.identity.AccessKey)},
	)
}
