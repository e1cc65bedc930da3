package synth

// identityOperations are who may do what: IAM, STS, KMS, secrets, sign-in.
func identityOperations() []*operation {
	const (
		key       = `"arn:aws:kms:$region:$account:key/$kmsKey"`
		keyARN    = `[{"accountId":"$account","type":"AWS::KMS::Key","ARN":` + key + `}]`
		roleARN   = `"arn:aws:iam::$account:role/$role"`
		policyARN = `"arn:aws:iam::$account:policy/$policy"`
	)
	return []*operation{
		read("sts:GetCallerIdentity", ``),
		write("sts:GetSessionToken", `{"durationSeconds":43200,"serialNumber":"arn:aws:iam::$account:mfa/$self"}`, ""),
		read("kms:Decrypt", `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"SecretARN":"arn:aws:secretsmanager:$region:$account:secret:$secret","SecretVersionId":"$uuid"}}`).on(keyARN),
		read("kms:Decrypt function", `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:lambda:FunctionArn":"arn:aws:lambda:$region:$account:function:$function"}}`).on(keyARN),
		read("kms:Decrypt bucket", `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$bucket"}}`).on(keyARN),
		read("kms:GenerateDataKey", `{"encryptionContext":{"aws:cloudtrail:arn":"arn:aws:cloudtrail:us-east-1:$account:trail/management-events","aws:s3:arn":"arn:aws:s3:::amzn-s3-demo-logging-bucket/AWSLogs/$account/CloudTrail/$region/$short.json.gz"},"keyId":`+key+`,"keySpec":"AES_256"}`).on(keyARN),
		read("kms:GenerateDataKey bucket", `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$bucket/$key"},"keyId":`+key+`,"keySpec":"AES_256"}`).on(keyARN),
		read("kms:DescribeKey", `{"keyId":`+key+`}`).on(keyARN),
		read("kms:ListAliases", `{"limit":100}`),
		read("kms:ListKeys", ``),
		read("kms:GetKeyRotationStatus", `{"keyId":"$kmsKey"}`).on(keyARN),
		read("kms:GetKeyPolicy", `{"keyId":"$kmsKey","policyName":"default"}`).on(keyARN),
		write("kms:CreateGrant", `{"keyId":`+key+`,"granteePrincipal":"arn:aws:sts::$account:assumed-role/aws:ec2-infrastructure/$instance","operations":["Decrypt"],"constraints":{"encryptionContextSubset":{"aws:ebs:id":"$volume"}},"retiringPrincipal":"ec2.$region.amazonaws.com"}`, `{"grantId":"$hash","keyId":`+key+`}`).on(keyARN),
		read("secretsmanager:GetSecretValue", `{"secretId":"arn:aws:secretsmanager:$region:$account:secret:$secret"}`),
		read("secretsmanager:DescribeSecret", `{"secretId":"arn:aws:secretsmanager:$region:$account:secret:$secret"}`),
		read("secretsmanager:ListSecrets", `{"maxResults":100}`),

		read("iam:GetRole", `{"roleName":"$role"}`),
		read("iam:ListRoles", `{"maxItems":1000}`),
		read("iam:ListRolePolicies", `{"roleName":"$role"}`),
		read("iam:ListAttachedRolePolicies", `{"roleName":"$role"}`),
		read("iam:GetRolePolicy", `{"roleName":"$role","policyName":"inline"}`).orMissing("NoSuchEntityException"),
		read("iam:ListRoleTags", `{"roleName":"$role"}`),
		read("iam:ListInstanceProfilesForRole", `{"roleName":"$role"}`),
		read("iam:GetInstanceProfile", `{"instanceProfileName":"$role"}`),
		read("iam:ListInstanceProfiles", ``),
		read("iam:GetPolicy", `{"policyArn":`+policyARN+`}`),
		read("iam:GetPolicyVersion", `{"policyArn":`+policyARN+`,"versionId":"v3"}`),
		read("iam:ListPolicies", `{"scope":"Local","onlyAttached":false}`),
		read("iam:ListPolicyVersions", `{"policyArn":`+policyARN+`}`),
		read("iam:ListEntitiesForPolicy", `{"policyArn":`+policyARN+`}`),
		read("iam:ListUsers", `{"maxItems":1000}`),
		read("iam:GetUser", `{"userName":"$person"}`),
		read("iam:ListAccessKeys", `{"userName":"$person"}`),
		read("iam:GetAccessKeyLastUsed", `{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}`),
		read("iam:ListMFADevices", `{"userName":"$person"}`),
		read("iam:ListUserPolicies", `{"userName":"$person"}`),
		read("iam:ListAttachedUserPolicies", `{"userName":"$person"}`),
		read("iam:ListGroupsForUser", `{"userName":"$person"}`),
		read("iam:GetLoginProfile", `{"userName":"$person"}`).orMissing("NoSuchEntityException"),
		read("iam:ListGroups", ``),
		read("iam:GetAccountSummary", ``),
		read("iam:ListAccountAliases", ``),
		read("iam:GetAccountPasswordPolicy", ``).orMissing("NoSuchEntityException"),
		read("iam:ListVirtualMFADevices", `{"assignmentStatus":"Any"}`),
		read("iam:ListOpenIDConnectProviders", ``),
		read("iam:ListSAMLProviders", ``),
		read("iam:GenerateCredentialReport", ``).answers(`{"state":"STARTED","description":"No report exists. Starting a new report generation task"}`),
		read("iam:GetCredentialReport", ``),
		write("iam:CreateRole", `{"roleName":"$area-$short","assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}","path":"/","maxSessionDuration":3600}`,
			`{"role":{"path":"/","roleName":"$area-$short","roleId":"$roleID","arn":"arn:aws:iam::$account:role/$area-$short","createDate":"Jan 15, 2026, 9:30:00 AM","assumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%7D"}}`),
		write("iam:AttachRolePolicy", `{"roleName":"$role","policyArn":`+policyARN+`}`, ""),
		write("iam:PutRolePolicy", `{"roleName":"$role","policyName":"inline","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"sqs:ReceiveMessage\",\"sqs:DeleteMessage\"],\"Resource\":\"arn:aws:sqs:$region:$account:$queue\"}]}"}`, ""),
		write("iam:TagRole", `{"roleName":"$role","tags":[{"key":"Service","value":"$area"}]}`, ""),

		read("sso:ListInstances", ``),
		read("sso:ListPermissionSets", `{"instanceArn":"arn:aws:sso:::instance/ssoins-1111222233334444"}`),
		read("identitystore:ListUsers", `{"identityStoreId":"d-1111111111"}`),
		read("organizations:DescribeOrganization", ``),
		read("organizations:ListAccounts", ``),
		read("account:GetAlternateContact", `{"alternateContactType":"SECURITY"}`),
		read("access-analyzer:ListAnalyzers", ``),
		read("access-analyzer:ListFindings", `{"analyzerArn":"arn:aws:access-analyzer:$region:$account:analyzer/account"}`),
		read("acm:ListCertificates", `{"maxItems":100}`),
		read("acm:DescribeCertificate", `{"certificateArn":"arn:aws:acm:$region:$account:certificate/$association"}`),
	}
}
