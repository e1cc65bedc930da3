-- id: sequence_refused_then_granted_itself
-- title: Refused, then changed its own rights, then allowed
-- severity: high
-- status: test
-- attack: [T1098.003, T1548.005]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   An identity was refused a sensitive call, then changed the rights of itself (its own user or role), and
--   within four hours the same call was carried out. It gave itself what it was not meant to have.
-- false_positives:
--   - A platform engineer or a pipeline that maintains its own role while it is being set up.
-- blind_spots:
--   - Rights that another identity or a new version of a customer managed policy gave are left out.
--   - Only calls that matter (identities, machines, secrets, logs, data) are compared.
-- triage:
--   - What is in the policy that it gave itself? See the cited change.
--   - Why may principal_arn change its own rights? Take that away first.
--   - List what it did since last_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
--   - https://www.sysdig.com/blog/scarleteel-2-0

WITH steps AS (
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
    error_code IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', 'UnauthorizedOperation') AS refused
  FROM events
  WHERE operation IN (
    'iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:CreateRole', 'iam:UpdateAssumeRolePolicy',
    'iam:ListUsers', 'iam:ListRoles', 'iam:GetAccountAuthorizationDetails', 'sts:AssumeRole', 'sts:GetFederationToken', 'ec2:RunInstances',
    'ec2:CreateSnapshot', 'ec2:ModifySnapshotAttribute', 'ec2:CreateKeyPair', 'ec2:AuthorizeSecurityGroupIngress', 'rds:CreateDBSnapshot',
    'rds:ModifyDBInstance', 'lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'secretsmanager:GetSecretValue', 'secretsmanager:ListSecrets',
    'ssm:SendCommand', 'ssm:StartSession', 'ssm:GetParameter', 's3:ListBuckets', 's3:PutBucketPolicy', 'kms:PutKeyPolicy',
    'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'bedrock:InvokeModel', 'ses:SendEmail', 'organizations:ListAccounts'
  )
    AND invoked_by IS NULL
    AND (error_code IS NULL
      OR error_code IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', 'UnauthorizedOperation'))
),
grants AS (
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
    coalesce(request_parameters ->> '$.policyArn', request_parameters ->> '$.policyName', request_parameters ->> '$.groupName') AS policy
  FROM events
  WHERE operation IN ('iam:AttachUserPolicy', 'iam:PutUserPolicy', 'iam:AddUserToGroup', 'iam:AttachRolePolicy', 'iam:PutRolePolicy',
                      'iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:DetachUserPolicy', 'iam:DeleteUserPolicy')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.roleName') = regexp_extract(principal_arn, '[^/]+$')
)
SELECT
  min(r.event_time) AS event_time,
  max(s.event_time) AS last_time,
  list(DISTINCT r.event_id) || list(DISTINCT a.event_id) || (list(DISTINCT s.event_id))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  any_value(a.policy) AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  string_agg(DISTINCT s.operation, ', ' ORDER BY s.operation) AS gained,
  any_value(a.principal_arn) || ' was refused ' || string_agg(DISTINCT s.operation, ', ' ORDER BY s.operation) || ' at '
    || strftime(min(r.event_time), '%H:%M:%S')
    || ', changed its own rights (' || string_agg(DISTINCT a.operation, ', ' ORDER BY a.operation) || ' '
    || coalesce(any_value(a.policy), '?') || ') at ' || strftime(min(a.event_time), '%H:%M:%S')
    || ' and was allowed at ' || strftime(min(s.event_time), '%H:%M:%S') AS summary
FROM grants AS a
JOIN steps AS r
  ON r.principal_arn = a.principal_arn
 AND r.refused
 AND r.event_time BETWEEN a.event_time - INTERVAL 4 HOUR AND a.event_time
JOIN steps AS s
  ON s.principal_arn = a.principal_arn
 AND s.operation = r.operation
 AND s.refused IS NULL
 AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 4 HOUR
GROUP BY a.principal_arn, CAST(a.event_time AS DATE);
