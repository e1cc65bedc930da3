-- id: sequence_traces_removed_then_mass_destruction
-- title: Logs set to expire or backups deleted, then machines and data destroyed in bulk
-- severity: critical
-- status: test
-- attack: [T1485, T1490, T1485.001]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One identity set a bucket to expire within three days, or deleted backups, log groups or trails, and
--   within twelve hours terminated or deleted twenty or more machines, volumes, databases or buckets of two
--   or more kinds. The order of an insider, or of an extortionist, who does not want anything to come back.
-- false_positives:
--   - The planned end of an account or an environment by hand; a pipeline that takes down a stack of this size
--     with its logs.
-- blind_spots:
--   - What CloudFormation deletes for the identity is left out.
--   - Destruction without a first step is a matter of thresholds.
-- triage:
--   - "Take the rights of principal_arn away at once: an explicit deny, not only its key."
--   - Which snapshots, recovery points and versions are left? Remove the lifecycle rules.
--   - Was the person about to leave? Ask the people who would know.
--   - "Where did the session come from: source_ip, MFA, hour?"
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
--   - https://www.justice.gov/usao-ndca/pr/san-jose-man-pleads-guilty-damaging-cisco-s-network

WITH prepared AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(
      request_parameters ->> '$.bucketName',
      request_parameters ->> '$.logGroupName',
      request_parameters ->> '$.backupVaultName',
      request_parameters ->> '$.name',
      request_parameters ->> '$.snapshotId'
    ) AS traces
  FROM events
  WHERE operation IN (
    's3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration', 'logs:DeleteLogGroup', 'cloudtrail:DeleteTrail', 'cloudtrail:StopLogging',
    'backup:DeleteRecoveryPoint', 'backup:DeleteBackupVault', 'backup:DeleteBackupPlan', 'ec2:DeleteFlowLogs'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND (operation NOT LIKE 's3:%'
      OR list_min(list_transform(regexp_extract_all(request_parameters, '"Expiration"\s*:\s*\{[^{}]*"Days"\s*:\s*"?(\d+)', 1), lambda d: CAST(d AS INTEGER))) <= 3)
),
destroyed AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    account_id,
    CASE
      WHEN operation = 'ec2:TerminateInstances' THEN greatest(1, len(regexp_extract_all(request_parameters, '"instanceId"')))
      ELSE 1
    END AS things
  FROM events
  WHERE operation IN (
    'ec2:TerminateInstances', 'ec2:DeleteVolume', 'ec2:DeleteSnapshot', 'ec2:DeregisterImage', 's3:DeleteBucket', 'rds:DeleteDBInstance',
    'rds:DeleteDBCluster', 'rds:DeleteDBSnapshot', 'dynamodb:DeleteTable', 'lambda:DeleteFunction', 'ecs:DeleteCluster', 'eks:DeleteCluster',
    'elasticfilesystem:DeleteFileSystem', 'backup:DeleteRecoveryPoint'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  any_value(a.event_time) AS event_time,
  max(d.event_time) AS last_time,
  [a.event_id] || (list(d.event_id ORDER BY d.event_time))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  any_value(a.traces) AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  sum(d.things) AS things,
  any_value(a.principal_arn) || ' called ' || any_value(a.operation) || ' on ' || coalesce(any_value(a.traces), '?') || ' at '
    || strftime(any_value(a.event_time), '%H:%M:%S')
    || ' and then destroyed ' || sum(d.things) || ' things from ' || strftime(min(d.event_time), '%H:%M:%S') || ' to '
    || strftime(max(d.event_time), '%H:%M:%S') || ': '
    || string_agg(DISTINCT d.operation, ', ' ORDER BY d.operation) AS summary
FROM prepared AS a
JOIN destroyed AS d
  ON d.identity_arn = a.identity_arn
 AND d.account_id = a.account_id
 AND d.event_id <> a.event_id
 AND d.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 12 HOUR
GROUP BY a.event_id
HAVING sum(d.things) >= 20
   AND count(DISTINCT d.operation) >= 2
QUALIFY row_number() OVER (PARTITION BY any_value(a.identity_arn), CAST(any_value(a.event_time) AS DATE) ORDER BY any_value(a.event_time)) = 1;
