-- id: threshold_bulk_deletion
-- title: Many resources of several services deleted within ten minutes
-- severity: high
-- status: stable
-- attack: [T1485, T1490]
-- requires: [management]
-- key: [principal_arn, account_id, event_time]
-- description: >
--   One principal deleted or terminated ten or more resources of three or more services
--   within ten minutes, by itself and not through CloudFormation. Somebody tears down an
--   environment, on purpose or in spite.
-- false_positives:
--   - Removal of a development environment by Terraform or a clean-up script; the names and
--     the account tell.
-- blind_spots:
--   - Objects of S3 and items of tables are data, not counted here.
--   - Deletions that CloudFormation makes for a principal (invokedBy) are left out;
--     cloudformation:DeleteStack counts as one.
-- triage:
--   - "Read the resources: production or a development environment?"
--   - Look for suspended versioning, deleted backups and scheduled key deletions among them;
--     those cannot be taken back.
--   - Was the principal’s source_ip and hour usual? Cut it off first and ask then.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
--   - https://attack.mitre.org/techniques/T1485/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  account_id,
  arg_min(region, event_time) AS region,
  arg_min(user_agent, event_time) AS user_agent,
  count(*) AS deletions,
  count(DISTINCT event_source) AS services,
  coalesce(principal_arn, 'somebody') || ' made ' || count(*) || ' calls that delete resources of ' || count(DISTINCT event_source)
  || ' services within ten minutes: ' || array_to_string(list(DISTINCT operation ORDER BY operation)[1:8], ', ') AS summary
FROM events
WHERE operation IN (
    'ec2:TerminateInstances',
    'ec2:DeleteVolume',
    'ec2:DeleteSnapshot',
    'ec2:DeregisterImage',
    'ec2:DeleteVpc',
    'ec2:DeleteNatGateway',
    's3:DeleteBucket',
    'rds:DeleteDBInstance',
    'rds:DeleteDBCluster',
    'rds:DeleteDBSnapshot',
    'rds:DeleteDBClusterSnapshot',
    'rds:DeleteDBInstanceAutomatedBackup',
    'dynamodb:DeleteTable',
    'dynamodb:DeleteBackup',
    'lambda:DeleteFunction',
    'ecs:DeleteCluster',
    'ecs:DeleteService',
    'eks:DeleteCluster',
    'eks:DeleteNodegroup',
    'cloudformation:DeleteStack',
    'kms:ScheduleKeyDeletion',
    'secretsmanager:DeleteSecret',
    'elasticfilesystem:DeleteFileSystem',
    'fsx:DeleteFileSystem',
    'ecr:DeleteRepository',
    'backup:DeleteRecoveryPoint',
    'backup:DeleteBackupVault',
    'logs:DeleteLogGroup',
    'sns:DeleteTopic',
    'sqs:DeleteQueue',
    'iam:DeleteUser',
    'iam:DeleteRole',
    'elasticache:DeleteCacheCluster',
    'elasticache:DeleteReplicationGroup',
    'redshift:DeleteCluster',
    'es:DeleteDomain',
    'es:DeleteElasticsearchDomain',
    'route53:DeleteHostedZone',
    'elasticloadbalancing:DeleteLoadBalancer',
    'autoscaling:DeleteAutoScalingGroup',
    'glacier:DeleteVault',
    'codecommit:DeleteRepository',
    'glue:DeleteDatabase',
    'kinesis:DeleteStream',
    'sagemaker:DeleteEndpoint'
  )
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND identity_type <> 'AWSService'
GROUP BY
  principal_arn,
  account_id,
  time_bucket(INTERVAL 10 MINUTE, event_time)
HAVING count(*) >= 10
  AND count(DISTINCT event_source) >= 3;
