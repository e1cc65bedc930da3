-- id: baseline_sensitive_operation_first
-- title: Principal uses a sensitive operation for the first time
-- severity: low
-- status: stable
-- attack: [T1098, T1078.004]
-- requires: [management]
-- key: [principal_arn, account_id, operation]
-- baseline: true
-- history: 3
-- description: >
--   A principal with at least three days of history carried out an operation that intruders
--   use (keys, policies, trust, remote execution, sharing, logging) and that it never used
--   before. Administrators, who used two or more of them in their first three days, are left
--   out.
-- false_positives:
--   - Administrators with a new task; releases.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - A principal that used any two of the operations in its first days counts as an
--     administrator and is left out.
--   - What CloudFormation and other services do for a principal is left out.
-- triage:
--   - What was it done to? Look at request_parameters.
--   - Is the operation part of what the principal_arn is for? Are source_ip and user_agent
--     usual?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1098/

WITH firsts AS (
  SELECT
    principal_arn,
    account_id,
    operation,
    min(event_time) AS first_time,
    arg_min(event_id, event_time) AS event_id,
    arg_min(access_key_id, event_time) AS access_key_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(region, event_time) AS region,
    arg_min(user_agent, event_time) AS user_agent,
    count(*) AS calls
  FROM events
  WHERE operation IN (
      'iam:CreateUser',
      'iam:CreateAccessKey',
      'iam:CreateLoginProfile',
      'iam:UpdateLoginProfile',
      'iam:AttachUserPolicy',
      'iam:AttachRolePolicy',
      'iam:PutUserPolicy',
      'iam:PutRolePolicy',
      'iam:AddUserToGroup',
      'iam:UpdateAssumeRolePolicy',
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:DeactivateMFADevice',
      'iam:CreateSAMLProvider',
      'iam:CreateOpenIDConnectProvider',
      'iam:GetCredentialReport',
      'iam:GetAccountAuthorizationDetails',
      'sts:GetFederationToken',
      'sts:GetSessionToken',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:AddPermission',
      'lambda:CreateFunctionUrlConfig',
      'ssm:SendCommand',
      'ssm:StartSession',
      'ec2:GetPasswordData',
      'ec2:ModifySnapshotAttribute',
      'ec2:ModifyImageAttribute',
      'ec2:CreateKeyPair',
      'ec2:ImportKeyPair',
      'ec2:ModifyInstanceAttribute',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2-instance-connect:SendSSHPublicKey',
      'rds:ModifyDBSnapshotAttribute',
      'rds:ModifyDBInstance',
      's3:PutBucketPolicy',
      's3:PutBucketVersioning',
      's3:DeleteBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      'secretsmanager:BatchGetSecretValue',
      'kms:ScheduleKeyDeletion',
      'kms:PutKeyPolicy',
      'kms:CreateGrant',
      'cloudtrail:StopLogging',
      'cloudtrail:DeleteTrail',
      'cloudtrail:PutEventSelectors',
      'cloudtrail:UpdateTrail',
      'guardduty:UpdateDetector',
      'guardduty:DeleteDetector',
      'ses:CreateEmailIdentity',
      'ses:VerifyEmailIdentity',
      'ses:VerifyDomainIdentity',
      'bedrock:PutUseCaseForModelAccess',
      'organizations:LeaveOrganization'
    )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND principal_arn IS NOT NULL
  GROUP BY
    principal_arn,
    account_id,
    operation
),

principals AS (
  SELECT
    principal_arn,
    account_id,
    min(first_time) AS began
  FROM activity
  GROUP BY
    principal_arn,
    account_id
)

SELECT
  f.first_time AS event_time,
  [f.event_id] AS event_ids,
  f.principal_arn,
  f.access_key_id,
  f.source_ip,
  f.account_id,
  f.region,
  f.user_agent,
  f.operation,
  f.calls,
  CAST(date_diff('second', p.began, f.first_time) / 86400.0 AS DOUBLE) AS history_days,
  f.principal_arn || ' used ' || f.operation || ' for the first time, from ' || coalesce(f.source_ip, '?') AS summary
FROM firsts AS f
JOIN principals AS p
  ON p.principal_arn = f.principal_arn
  AND p.account_id = f.account_id
WHERE f.first_time >= p.began + INTERVAL 3 DAY
  AND (
    SELECT
      count(*)
    FROM firsts AS before
    WHERE before.principal_arn = f.principal_arn
      AND before.account_id = f.account_id
      AND before.first_time < p.began + INTERVAL 3 DAY
  ) < 2;
