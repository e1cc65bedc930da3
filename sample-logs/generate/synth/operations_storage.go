package synth

// storageOperations are S3, databases and queues.
func storageOperations() []*operation {
	const (
		host      = `"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com"`
		bucket    = `[{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$bucket"}]`
		object    = `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::$bucket/$key"},{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$bucket"}]`
		transfer  = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"$amzID","bytesTransferredOut":$small}`
		download  = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"SSEApplied":"Default_SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"$amzID","bytesTransferredOut":$bytes}`
		upload    = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":$bytes,"SSEApplied":"Default_SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"$amzID","bytesTransferredOut":0}`
		tableARN  = `[{"accountId":"$account","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:$region:$account:table/$table"}]`
		queueURL  = `"queueUrl":"https://sqs.$region.amazonaws.com/$account/$queue"`
		queueARN  = `[{"accountId":"$account","type":"AWS::SQS::Queue","ARN":"arn:aws:sqs:$region:$account:$queue"}]`
		databases = `{"dBInstanceIdentifier":"$database"}`
	)
	// question is one of the many S3 reads that differ only in a query parameter.
	question := func(event, parameter, missing string) *operation {
		return read("s3:"+event, `{`+host+`,"`+parameter+`":""}`).on(bucket).with(transfer).orMissing(missing)
	}
	return []*operation{
		question("GetBucketAcl", "acl", ""),
		question("GetBucketLocation", "location", ""),
		question("GetBucketVersioning", "versioning", ""),
		question("GetBucketLogging", "logging", ""),
		question("GetBucketPolicyStatus", "policyStatus", ""),
		question("GetBucketPublicAccessBlock", "publicAccessBlock", ""),
		question("GetBucketOwnershipControls", "ownershipControls", ""),
		question("GetBucketRequestPayment", "requestPayment", ""),
		question("GetBucketNotification", "notification", ""),
		question("GetAccelerateConfiguration", "accelerate", ""),
		question("GetBucketEncryption", "encryption", ""),
		question("GetBucketPolicy", "policy", "NoSuchBucketPolicy"),
		question("GetBucketTagging", "tagging", "NoSuchTagSet"),
		question("GetBucketLifecycle", "lifecycle", "NoSuchLifecycleConfiguration"),
		question("GetBucketReplication", "replication", "ReplicationConfigurationNotFoundError"),
		question("GetBucketWebsite", "website", "NoSuchWebsiteConfiguration"),
		question("GetBucketCors", "cors", "NoSuchCORSConfiguration"),
		question("GetBucketObjectLockConfiguration", "object-lock", "ObjectLockConfigurationNotFoundError"),
		read("s3:ListBuckets", `{"Host":"s3.$region.amazonaws.com"}`).with(transfer),
		read("s3:HeadBucket", `{`+host+`}`).on(bucket).with(transfer),
		read("s3:GetAccountPublicAccessBlock", `{"publicAccessBlock":"","Host":"$account.s3-control.$region.amazonaws.com"}`).with(transfer),
		write("s3:PutBucketTagging", `{"Tagging":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","TagSet":{"Tag":[{"Value":"$area","Key":"Service"}]}},"tagging":"",`+host+`}`, "").on(bucket).with(transfer),

		dataRead("s3:GetObject", `{`+host+`,"key":"$key"}`).on(object).with(download),
		dataRead("s3:HeadObject", `{`+host+`,"key":"$key"}`).on(object).with(transfer),
		dataRead("s3:ListObjects", `{"list-type":"2",`+host+`,"encoding-type":"url","prefix":"$area/","max-keys":"1000"}`).with(download).
			on(`[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::$bucket/"},{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$bucket"}]`),
		dataWrite("s3:PutObject", `{`+host+`,"key":"$key"}`, `{"x-amz-server-side-encryption":"AES256"}`).on(object).with(upload),
		dataWrite("s3:DeleteObject", `{`+host+`,"key":"$key"}`, "").on(object).with(transfer),
		dataWrite("s3:CopyObject", `{`+host+`,"key":"$key","x-amz-copy-source":"$bucket/staging/$key"}`, `{"x-amz-server-side-encryption":"AES256"}`).on(object).with(upload),

		read("dynamodb:DescribeTable", `{"tableName":"$table"}`).on(tableARN).v("2012-08-10"),
		read("dynamodb:ListTables", `{"limit":100}`).v("2012-08-10"),
		read("dynamodb:DescribeTimeToLive", `{"tableName":"$table"}`).on(tableARN).v("2012-08-10"),
		read("dynamodb:DescribeContinuousBackups", `{"tableName":"$table"}`).on(tableARN).v("2012-08-10"),
		dataRead("dynamodb:GetItem", `{"tableName":"$table","key":{"pk":"HIDDEN_DUE_TO_SECURITY_REASONS"},"consistentRead":false}`).on(tableARN).v("2012-08-10"),
		dataRead("dynamodb:Query", `{"tableName":"$table","keyConditionExpression":"pk = :pk","limit":25}`).on(tableARN).v("2012-08-10"),
		dataWrite("dynamodb:PutItem", `{"tableName":"$table","key":{"pk":"HIDDEN_DUE_TO_SECURITY_REASONS"}}`, "").on(tableARN).v("2012-08-10"),
		read("rds:DescribeDBInstances", databases).v("2014-10-31"),
		read("rds:DescribeDBClusters", `{"includeShared":false}`).v("2014-10-31"),
		read("rds:DescribeDBSnapshots", `{"dBInstanceIdentifier":"$database","includeShared":false,"includePublic":false}`).v("2014-10-31"),
		read("rds:DescribeDBSnapshotAttributes", `{"dBSnapshotIdentifier":"rds:$database-2026-01-15-03-10"}`).v("2014-10-31"),
		read("rds:DescribeDBSubnetGroups", `{"dBSubnetGroupName":"private"}`).v("2014-10-31"),
		read("rds:DescribeEvents", `{"duration":60}`).v("2014-10-31"),
		read("rds:ListTagsForResource", `{"resourceName":"arn:aws:rds:$region:$account:db:$database"}`).v("2014-10-31"),
		read("rds:DescribeDBLogFiles", databases).v("2014-10-31"),
		read("elasticache:DescribeCacheClusters", `{"showCacheNodeInfo":true}`).v("2015-02-02"),
		read("sqs:GetQueueAttributes", `{`+queueURL+`,"attributeNames":["ApproximateNumberOfMessages"]}`).on(queueARN),
		read("sqs:GetQueueUrl", `{"queueName":"$queue"}`).on(queueARN),
		read("sqs:ListQueues", `{"maxResults":1000}`),
		read("sns:ListTopics", ``),
		read("sns:GetTopicAttributes", `{"topicArn":"arn:aws:sns:$region:$account:$topic"}`),
		read("sns:ListSubscriptionsByTopic", `{"topicArn":"arn:aws:sns:$region:$account:$topic"}`),
		read("elasticfilesystem:DescribeFileSystems", ``),
		read("backup:ListBackupJobs", `{"byState":"COMPLETED"}`),
		read("glue:GetTable", `{"databaseName":"$area","name":"events"}`),
		read("glue:GetPartitions", `{"databaseName":"$area","tableName":"events","expression":"dt = '2026-01-15'"}`),
		write("athena:StartQueryExecution", `{"queryString":"***OMITTED***","clientRequestToken":"$uuid","workGroup":"primary","queryExecutionContext":{"database":"$area"}}`, `{"queryExecutionId":"$token"}`),
		read("athena:GetQueryExecution", `{"queryExecutionId":"$uuid"}`),
	}
}
