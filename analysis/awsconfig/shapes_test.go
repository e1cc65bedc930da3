package awsconfig

import (
	"encoding/json"
	"testing"
)

// The parts of each type in the API's names, from an item in AWS Config's.
func TestParts(t *testing.T) {
	f := func(typ, configuration, supplementary, want string) {
		t.Helper()
		got, err := Decode(item(t, map[string]any{
			"resourceType": typ, "tags": nil, "configuration": json.RawMessage(configuration), "supplementaryConfiguration": json.RawMessage(supplementary),
		}))
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		var parts map[string]json.RawMessage
		if err := json.Unmarshal([]byte(got.Config), &parts); err != nil {
			t.Fatal(err)
		}
		if typ != "AWS::Lambda::Function" {
			delete(parts, "Configuration")
		}
		delete(parts, "SupplementaryConfiguration")
		delete(parts, "Tags")
		text, err := encode(parts)
		if err != nil {
			t.Fatal(err)
		}
		if text != want {
			t.Errorf("%s:\n%s\nwant\n%s", typ, text, want)
		}
	}
	f("AWS::EC2::SecurityGroup", `{"description":"web","groupName":"web","ownerId":"111122223333","groupId":"sg-1","vpcId":"vpc-1","tags":[],
		"ipPermissions":[{"fromPort":22,"ipProtocol":"tcp","ipv6Ranges":[{"cidrIpv6":"::/0"}],"prefixListIds":[],"toPort":22,"userIdGroupPairs":[],"ipv4Ranges":[{"cidrIp":"0.0.0.0/0"}],"ipRanges":["0.0.0.0/0"]}],
		"ipPermissionsEgress":[]}`, `{}`,
		`{"SecurityGroup":{"Description":"web","GroupId":"sg-1","GroupName":"web","IpPermissions":[{"FromPort":22,"IpProtocol":"tcp","IpRanges":[{"CidrIp":"0.0.0.0/0"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}],"PrefixListIds":[],"ToPort":22,"UserIdGroupPairs":[]}],"IpPermissionsEgress":[],"OwnerId":"111122223333","Tags":[],"VpcId":"vpc-1"}}`)
	f("AWS::EC2::SecurityGroup", `{"groupId":"sg-1","ipPermissions":[{"ipProtocol":"-1","ipRanges":["192.0.2.0/24"]}]}`, `{}`,
		`{"SecurityGroup":{"GroupId":"sg-1","IpPermissions":[{"IpProtocol":"-1","IpRanges":[{"CidrIp":"192.0.2.0/24"}]}]}}`)
	f("AWS::EC2::Instance", `{"instanceId":"i-1","metadataOptions":{"httpTokens":"optional","httpPutResponseHopLimit":1},"iamInstanceProfile":null,"publicIpAddress":"203.0.113.5"}`, `{}`,
		`{"Instance":{"InstanceId":"i-1","MetadataOptions":{"HttpPutResponseHopLimit":1,"HttpTokens":"optional"},"PublicIpAddress":"203.0.113.5"}}`)
	f("AWS::IAM::User", `{"path":"/","userName":"alice","userId":"AIDACKCEVSQ6C2EXAMPLE","arn":"arn:aws:iam::111122223333:user/alice","createDate":"2026-01-15T09:00:00.000Z",
		"userPolicyList":[{"policyName":"p","policyDocument":"%7B%22Version%22%3A%222012-10-17%22%7D"}],"groupList":["admins"],
		"attachedManagedPolicies":[{"policyName":"AdministratorAccess","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}],"permissionsBoundary":null}`, `{}`,
		`{"AttachedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess","PolicyName":"AdministratorAccess"}],"Groups":[{"GroupName":"admins"}],"InlinePolicies":[{"PolicyDocument":{"Version":"2012-10-17"},"PolicyName":"p"}],"User":{"Arn":"arn:aws:iam::111122223333:user/alice","CreateDate":"2026-01-15T09:00:00.000Z","Path":"/","UserId":"AIDACKCEVSQ6C2EXAMPLE","UserName":"alice"}}`)
	f("AWS::IAM::Role", `{"roleName":"app","assumeRolePolicyDocument":"%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22*%22%7D%5D%7D","rolePolicyList":[],"attachedManagedPolicies":[],"instanceProfileList":[{"instanceProfileName":"app"}]}`, `{}`,
		`{"AttachedPolicies":[],"InlinePolicies":[],"InstanceProfiles":[{"InstanceProfileName":"app"}],"Role":{"AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Principal":"*"}]},"RoleName":"app"}}`)
	f("AWS::IAM::Group", `{"groupName":"admins","groupPolicyList":[],"attachedManagedPolicies":[]}`, `{}`,
		`{"AttachedPolicies":[],"Group":{"GroupName":"admins"},"InlinePolicies":[]}`)
	f("AWS::IAM::Policy", `{"policyName":"p","defaultVersionId":"v2","policyVersionList":[{"document":"%7B%22Statement%22%3A%5B%5D%7D","versionId":"v2","isDefaultVersion":true}]}`, `{}`,
		`{"Policy":{"DefaultVersionId":"v2","PolicyName":"p"},"Versions":[{"Document":{"Statement":[]},"IsDefaultVersion":true,"VersionId":"v2"}]}`)
	f("AWS::KMS::Key", `{"keyId":"1234abcd-12ab-34cd-56ef-1234567890ab","awsaccountId":"111122223333","keyState":"PendingDeletion","enabled":false}`, `{"Policy":"{\"Statement\":[]}"}`,
		`{"Key":{"AWSAccountId":"111122223333","Enabled":false,"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","KeyState":"PendingDeletion"},"Policy":{"Statement":[]}}`)
	f("AWS::RDS::DBInstance", `{"dBInstanceIdentifier":"orders","publiclyAccessible":true,"iAMDatabaseAuthenticationEnabled":false,"vpcSecurityGroups":[{"vpcSecurityGroupId":"sg-1","status":"active"}]}`, `{}`,
		`{"DBInstance":{"DBInstanceIdentifier":"orders","IAMDatabaseAuthenticationEnabled":false,"PubliclyAccessible":true,"VpcSecurityGroups":[{"Status":"active","VpcSecurityGroupId":"sg-1"}]}}`)
	f("AWS::CloudTrail::Trail", `{"name":"main","s3BucketName":"amzn-s3-demo-bucket","trailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main","isMultiRegionTrail":true,"kmsKeyId":null}`, `{}`,
		`{"Trail":{"IsMultiRegionTrail":true,"Name":"main","S3BucketName":"amzn-s3-demo-bucket","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}}`)
	masked, err := encode(mask("hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	f("AWS::Lambda::Function", `{"functionName":"orders","layers":[],"environment":{"variables":{"dbPass":"hunter2"}}}`, `{"Policy":null}`,
		`{"Configuration":{"Environment":{"Variables":{"dbPass":`+masked+`}},"FunctionName":"orders","Layers":[]},"Policy":null}`)
	f("AWS::Lambda::Function", `{"functionName":"orders"}`, `{"Policy":"\"{\\\"Statement\\\":[{\\\"Principal\\\":\\\"*\\\"}]}\""}`,
		`{"Configuration":{"FunctionName":"orders"},"Policy":{"Statement":[{"Principal":"*"}]}}`)
	f("AWS::SNS::Topic", `{"TopicArn":"x"}`, `{}`, `{}`)
}

func TestBucketParts(t *testing.T) {
	f := func(supplementary, want string) {
		t.Helper()
		tree, err := decode([]byte(supplementary))
		if err != nil {
			t.Fatal(err)
		}
		got, err := encode(bucketParts(nil, unfoldAll(tree).(map[string]any)))
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	f(`{}`, `{}`)
	f(`{"BucketPolicy":{"policyText":null}}`, `{"Policy":null}`)
	f(`{"BucketPolicy":"{\"policyText\":\"{\\\"Statement\\\":[]}\"}"}`, `{"Policy":{"Statement":[]}}`)
	f(`{"PublicAccessBlockConfiguration":{"blockPublicAcls":true,"ignorePublicAcls":false,"blockPublicPolicy":true,"restrictPublicBuckets":false}}`,
		`{"PublicAccessBlock":{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":false,"RestrictPublicBuckets":false}}`)
	f(`{"ServerSideEncryptionConfiguration":{"rules":[{"applyServerSideEncryptionByDefault":{"sseAlgorithm":"aws:kms","kmsMasterKeyID":"k"},"bucketKeyEnabled":true}]}}`,
		`{"Encryption":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"KMSMasterKeyID":"k","SSEAlgorithm":"aws:kms"},"BucketKeyEnabled":true}]}}`)
	f(`{"BucketVersioningConfiguration":{"status":"Off","isMfaDeleteEnabled":null}}`, `{"Versioning":{}}`)
	f(`{"BucketVersioningConfiguration":{"status":"Enabled","isMfaDeleteEnabled":false}}`, `{"Versioning":{"MFADelete":"Disabled","Status":"Enabled"}}`)
	f(`{"BucketVersioningConfiguration":{"status":"Suspended","isMfaDeleteEnabled":true}}`, `{"Versioning":{"MFADelete":"Enabled","Status":"Suspended"}}`)
	f(`{"BucketLoggingConfiguration":{"destinationBucketName":null,"logFilePrefix":null}}`, `{"Logging":null}`)
	f(`{"BucketLoggingConfiguration":{"destinationBucketName":"amzn-s3-demo-logging-bucket","logFilePrefix":"a/"}}`, `{"Logging":{"TargetBucket":"amzn-s3-demo-logging-bucket","TargetPrefix":"a/"}}`)
	f(`{"AccessControlList":"{\"grantSet\":null,\"grantList\":[{\"grantee\":{\"id\":\"79a5\",\"displayName\":null},\"permission\":\"FullControl\"},{\"grantee\":\"AllUsers\",\"permission\":\"Read\"}],\"owner\":{\"displayName\":null,\"id\":\"79a5\"},\"isRequesterCharged\":false}"}`,
		`{"Acl":{"Grants":[{"Grantee":{"ID":"79a5","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"},{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"}],"Owner":{"ID":"79a5"}}}`)
	// One that is not understood would be missing from the list: the list is missing, then.
	f(`{"AccessControlList":{"grantList":[{"grantee":"Everyone","permission":"Read"}]}}`, `{}`)
	f(`{"AccessControlList":{"grantList":[{"grantee":"AllUsers","permission":"Own"}]}}`, `{}`)
}
