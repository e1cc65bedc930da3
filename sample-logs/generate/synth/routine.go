package synth

import "math"

// class is a part of an account's events, with its own rhythm over the day.
type class uint8

const (
	serviceToService class = iota
	workload
	monitoring
	delivery // CI and infrastructure as code
	people
	broken
	dataPlane
	numClasses
)

// routine is something that an actor does in one go: a number of operations within
// some seconds, with the same credentials.
type routine struct {
	class    class
	share    float64 // of the events of its class
	kind     actorKind
	ops      []string // one in the list twice is drawn twice as often
	inOrder  bool     // all of them, one after the other; again until the size is reached
	median   float64  // operations in one go
	sigma    float64
	limit    int
	seconds  int     // between two operations, at most
	via      string  // the service that makes the call for the actor
	failure  float64 // share of calls that are refused
	issuing  bool    // each go has credentials of its own
	compiled []*operation
}

// mean is the expected number of events of one go.
func (r *routine) mean() float64 {
	n := math.Min(r.median*math.Exp(r.sigma*r.sigma/2), float64(r.limit))
	if r.issuing {
		n++
	}
	return n
}

// classShares are what the classes have of the management events.
func classShares() [numClasses]float64 {
	return [numClasses]float64{serviceToService: 0.45, workload: 0.285, monitoring: 0.12, delivery: 0.08, people: 0.05, broken: 0.015}
}

// routines is what happens in an ordinary account.
func routines() []*routine {
	one := func(c class, share float64, kind actorKind, ops ...string) *routine {
		return &routine{class: c, share: share, kind: kind, ops: ops, median: 1, limit: 1}
	}
	some := func(c class, share float64, kind actorKind, median float64, limit, seconds int, ops ...string) *routine {
		return &routine{class: c, share: share, kind: kind, ops: ops, median: median, sigma: 0.8, limit: limit, seconds: seconds, failure: 0.006}
	}
	sweep := func(share float64, kind actorKind, ops ...string) *routine {
		return &routine{class: monitoring, share: share, kind: kind, ops: ops, inOrder: true, median: float64(len(ops)), limit: len(ops), seconds: 1}
	}
	all := []*routine{
		issuing(one(serviceToService, 5, byFunction, "logs:CreateLogStream")),
		issuing(one(serviceToService, 5, byTask, "ecs:SubmitTaskStateChange", "sqs:GetQueueAttributes")),
		issuing(one(serviceToService, 4, byLinked, "ec2:DescribeInstances", "elasticloadbalancing:DescribeTargetHealth", "ec2:DescribeInstanceStatus")),
		one(serviceToService, 38, byService, "kms:GenerateDataKey", "kms:GenerateDataKey bucket", "kms:GenerateDataKey", "kms:Decrypt bucket"),
		via("secretsmanager.amazonaws.com", one(serviceToService, 9, byFunction, "kms:Decrypt")),
		via("lambda.amazonaws.com", one(serviceToService, 6, byFunction, "kms:Decrypt function")),
		via("s3.amazonaws.com", one(serviceToService, 5, byTask, "kms:GenerateDataKey bucket", "kms:Decrypt bucket")),
		one(serviceToService, 30, byPartner, "kms:Decrypt bucket", "kms:GenerateDataKey bucket", "kms:DescribeKey"),
		one(serviceToService, 3, byNameless, "kms:Decrypt", "kms:GenerateDataKey bucket"),
		one(serviceToService, 6, byFunction, "logs:CreateLogStream", "logs:CreateLogStream", "logs:CreateLogStream", "logs:CreateLogGroup"),
		one(serviceToService, 9, byInstance, "ssm:UpdateInstanceInformation", "ssm:UpdateInstanceInformation", "ssm:UpdateInstanceInformation", "ssm:ListInstanceAssociations", "ssm:UpdateInstanceAssociationStatus", "ssm:PutInventory"),
		via("autoscaling.amazonaws.com", one(serviceToService, 1, byLinked, "ec2:RunInstances", "ec2:TerminateInstances", "ec2:CreateTags", "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets")),
		via("backup.amazonaws.com", one(serviceToService, 1, byLinked, "ec2:CreateSnapshot", "ec2:DeleteSnapshot", "kms:CreateGrant")),
		one(serviceToService, 0.1, byService, "kms:RotateKey", "autoscaling:BidEvictedEvent"),

		some(workload, 30, byFunction, 1.5, 12, 2, "secretsmanager:GetSecretValue", "ssm:GetParameter", "dynamodb:DescribeTable", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sns:GetTopicAttributes", "sts:GetCallerIdentity", "glue:GetPartitions", "athena:StartQueryExecution", "athena:GetQueryExecution", "bedrock:InvokeModel", "glue:GetTable"),
		some(workload, 25, byInstance, 2, 20, 2, "ec2:DescribeTags", "ec2:DescribeInstances", "ecr:GetAuthorizationToken", "ssm:GetParameters", "secretsmanager:GetSecretValue", "s3:HeadBucket", "s3:GetBucketLocation", "rds:DescribeDBInstances", "autoscaling:DescribeAutoScalingInstances", "elasticache:DescribeCacheClusters", "ec2:CreateTags", "kms:DescribeKey"),
		some(workload, 20, byTask, 2, 20, 2, "sqs:GetQueueAttributes", "ssm:GetParameters", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "secretsmanager:GetSecretValue", "dynamodb:DescribeTable", "sts:GetCallerIdentity", "states:ListStateMachines", "rds:DescribeDBClusters"),
		some(workload, 25, byPod, 4, 30, 3, "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeTags", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeInstances", "route53:ListResourceRecordSets", "route53:ListHostedZones", "autoscaling:DescribeAutoScalingGroups", "eks:DescribeCluster", "eks:DescribeNodegroup", "ec2:DescribeVolumes", "ec2:DescribeAvailabilityZones"),

		sweep(40, byRecorder, "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetBucketLogging", "s3:GetBucketPolicy", "s3:GetBucketTagging", "s3:GetBucketLifecycle", "s3:GetBucketReplication", "s3:GetBucketWebsite", "s3:GetBucketCors", "s3:GetBucketNotification", "s3:GetBucketRequestPayment", "s3:GetAccelerateConfiguration", "s3:GetBucketEncryption", "s3:GetBucketPublicAccessBlock", "s3:GetBucketOwnershipControls", "s3:GetBucketObjectLockConfiguration", "config:PutEvaluations"),
		sweep(10, byRecorder, "iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRoleTags", "lambda:ListFunctions20150331", "lambda:GetFunctionConfiguration20150331v2", "lambda:GetPolicy20150331v2", "ec2:DescribeSecurityGroups", "ec2:DescribeVolumes", "ec2:DescribeFlowLogs", "kms:DescribeKey"),
		sweep(20, byAuditor, "iam:GenerateCredentialReport", "iam:GetCredentialReport", "iam:GetAccountSummary", "iam:GetAccountPasswordPolicy", "iam:ListUsers", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:ListMFADevices", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:GetLoginProfile", "iam:ListVirtualMFADevices", "iam:ListPolicies", "iam:ListEntitiesForPolicy", "iam:ListRoles", "iam:ListSAMLProviders", "iam:ListOpenIDConnectProviders", "s3:ListBuckets", "s3:GetBucketPolicyStatus", "s3:GetBucketAcl", "s3:GetAccountPublicAccessBlock", "cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors", "config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus", "guardduty:ListDetectors", "guardduty:GetDetector", "securityhub:DescribeHub", "access-analyzer:ListAnalyzers"),
		sweep(18, byAuditor, "ec2:DescribeRegions", "ec2:DescribeInstances", "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:DescribeVolumes", "ec2:DescribeSnapshots", "ec2:DescribeSnapshotAttribute", "ec2:DescribeImages", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeNetworkAcls", "ec2:DescribeFlowLogs", "ec2:DescribeKeyPairs", "ec2:GetEbsEncryptionByDefault", "ec2:GetEbsDefaultKmsKeyId", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:DescribeDBSnapshotAttributes", "lambda:ListFunctions20150331", "lambda:GetPolicy20150331v2", "kms:ListKeys", "kms:GetKeyRotationStatus", "kms:GetKeyPolicy", "ecr:DescribeRepositories", "ecr:DescribeImageScanFindings", "eks:ListClusters", "elasticloadbalancing:DescribeLoadBalancers", "acm:ListCertificates", "sns:ListTopics", "sqs:ListQueues"),
		some(monitoring, 12, byUserKey, 3, 10, 4, "tagging:GetResources", "monitoring:ListMetrics", "monitoring:DescribeAlarms", "sqs:ListQueues", "servicequotas:ListServiceQuotas", "support:DescribeTrustedAdvisorChecks", "logs:DescribeLogGroups"),

		burst(some(delivery, 70, byPipeline, 60, 600, 1, "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion", "s3:GetBucketPolicy", "s3:GetBucketAcl", "s3:GetBucketVersioning", "s3:GetBucketTagging", "ec2:DescribeVpcs", "ec2:DescribeVpcAttribute", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:DescribeRouteTables", "ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions", "lambda:GetFunction20150331v2", "lambda:ListVersionsByFunction20150331", "lambda:GetFunctionCodeSigningConfig", "logs:DescribeLogGroups", "logs:ListTagsForResource", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "route53:GetHostedZone", "route53:ListResourceRecordSets", "dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTimeToLive", "acm:DescribeCertificate", "rds:ListTagsForResource", "sns:GetTopicAttributes", "sqs:GetQueueAttributes", "events:ListTargetsByRule", "cloudfront:GetDistributionConfig2020_05_31", "ecs:DescribeServices", "ecs:DescribeTaskDefinition")),
		burst(some(delivery, 14, byPipeline, 8, 40, 4, "iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:TagRole", "ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:CreateTags", "s3:PutBucketTagging", "route53:ChangeResourceRecordSets", "autoscaling:SetDesiredCapacity", "acm:RequestCertificate", "logs:CreateLogGroup")),
		some(delivery, 10, byPipeline, 6, 20, 5, "ecr:PutImage", "ecs:RegisterTaskDefinition", "ecs:UpdateService", "ecs:DescribeServices", "ecs:DescribeServices", "lambda:UpdateFunctionCode20150331v2", "lambda:UpdateFunctionConfiguration20150331v2", "lambda:PublishVersion20150331", "cloudfront:CreateInvalidation2020_05_31"),
		via("cloudformation.amazonaws.com", some(delivery, 6, byPipeline, 5, 20, 5, "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks", "lambda:UpdateFunctionCode20150331v2", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface")),

		some(people, 42, byPerson, 3, 120, 1, "ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeVolumes", "ec2:DescribeVolumeStatus", "ec2:DescribeTags", "ec2:DescribeSecurityGroups", "ec2:DescribeAddresses", "ec2:DescribeAccountAttributes", "ec2:DescribeRegions", "ec2:DescribeInstanceCreditSpecifications", "monitoring:DescribeAlarms", "autoscaling:DescribeAutoScalingGroups", "notifications:ListNotificationHubs", "uxc:GetAccountColor", "health:DescribeEventAggregates", "ce:GetCostAndUsage", "resource-explorer-2:ListIndexes", "organizations:DescribeOrganization", "cloudformation:ListStacks"),
		some(people, 25, byPerson, 3, 90, 1, "lambda:ListFunctions20150331", "lambda:GetFunction20150331v2", "lambda:ListEventSourceMappings20150331", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:FilterLogEvents", "s3:ListBuckets", "s3:GetBucketLocation", "s3:GetBucketPolicy", "iam:ListRoles", "iam:GetRole", "iam:GetAccountSummary", "iam:ListAccountAliases", "ecs:ListServices", "ecs:DescribeServices", "rds:DescribeDBInstances", "cloudtrail:LookupEvents", "sso:ListInstances", "account:GetAlternateContact", "organizations:ListAccounts"),
		some(people, 12, byUserBrowser, 3, 60, 1, "ec2:DescribeInstances", "ec2:DescribeRegions", "s3:ListBuckets", "monitoring:ListDashboards", "iam:ListUsers", "iam:ListAccessKeys", "iam:ListMFADevices", "logs:DescribeLogGroups"),
		some(people, 20, byUserKey, 2, 15, 20, "sts:GetCallerIdentity", "s3:ListBuckets", "ec2:DescribeInstances", "logs:FilterLogEvents", "ecs:DescribeServices", "cloudformation:DescribeStacks", "lambda:GetFunctionConfiguration20150331v2", "eks:DescribeCluster", "ssm:DescribeInstanceInformation", "iam:GetUser"),
		some(people, 0.1, byRoot, 4, 10, 3, "iam:GetAccountSummary", "ce:GetCostAndUsage", "account:GetAlternateContact", "iam:ListVirtualMFADevices"),

		{class: broken, share: 1, kind: byBroken, median: 6, sigma: 0.5, limit: 30, seconds: 3, failure: 0.97, ops: []string{"ec2:DescribeInstances", "ec2:DescribeVolumes", "rds:DescribeDBInstances", "s3:ListBuckets", "iam:ListRoles", "lambda:ListFunctions20150331", "dynamodb:ListTables"}},

		some(dataPlane, 40, byTask, 4, 200, 2, "s3:GetObject", "s3:GetObject", "s3:PutObject", "s3:HeadObject", "s3:ListObjects", "s3:CopyObject", "s3:DeleteObject"),
		some(dataPlane, 30, byFunction, 2, 20, 2, "s3:GetObject", "s3:PutObject", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
		some(dataPlane, 18, byInstance, 6, 300, 1, "s3:GetObject", "s3:GetObject", "s3:PutObject", "s3:ListObjects"),
		one(dataPlane, 12, byService, "s3:PutObject", "s3:PutObject", "lambda:Invoke"),
	}
	return all
}

func via(service string, r *routine) *routine { r.via = service; return r }
func issuing(r *routine) *routine             { r.issuing = true; return r }
func burst(r *routine) *routine               { r.sigma = 1.1; return r }
