-- id: sequence_function_changed_makes_credentials
-- title: A function is changed, and its role then makes credentials
-- severity: critical
-- status: test
-- attack: [T1648, T1098.001, T1098.003]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The code or configuration of a Lambda function was created or changed, and within two hours the role of
--   that function created a user, an access key, a password or rights. Who may change a function but not IAM
--   reaches IAM in this way; a function behind a public URL is also a way back in.
-- false_positives:
--   - The release of a function whose work is to rotate keys or provision users.
-- blind_spots:
--   - The session name of a function's role is the name of the function; a role session under another name is
--     not joined.
--   - Functions that wait longer than two hours.
-- triage:
--   - Read the code of the function now, and its versions, before it is changed back.
--   - List what was done with the credentials it made since last_time.
--   - "Who may call it: look for CreateFunctionUrlConfig, AddPermission and API Gateway in the same hours."
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
--   - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
--   - https://www.sysdig.com/blog/ai-assisted-cloud-intrusion-achieves-admin-access-in-8-minutes

WITH changed AS (
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
    regexp_extract(request_parameters ->> '$.functionName', '[^:]+$') AS function_name
  FROM events
  WHERE operation IN ('lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration')
    AND error_code IS NULL
),
made AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    session_name,
    account_id,
    coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.roleName') AS target
  FROM events
  WHERE operation IN (
    'iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:AttachUserPolicy', 'iam:PutUserPolicy',
    'iam:AttachRolePolicy', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:AddUserToGroup', 'iam:CreatePolicyVersion'
  )
    AND identity_type = 'AssumedRole'
    AND error_code IS NULL
)
SELECT
  min(a.event_time) AS event_time,
  max(m.event_time) AS last_time,
  list(DISTINCT a.event_id) || list(DISTINCT m.event_id) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  a.function_name AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(m.principal_arn) AS function_role,
  coalesce(any_value(a.principal_arn), 'somebody') || ' changed the function ' || a.function_name || ' at '
    || strftime(min(a.event_time), '%H:%M:%S') || ', and its role '
    || any_value(m.principal_arn) || ' called ' || string_agg(DISTINCT m.operation, ', ' ORDER BY m.operation) || ' on '
    || coalesce(string_agg(DISTINCT m.target, ', '), '?') || ' at ' || strftime(min(m.event_time), '%H:%M:%S') AS summary
FROM changed AS a
JOIN made AS m
  ON m.session_name = a.function_name
 AND m.account_id = a.account_id
 AND m.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 2 HOUR
GROUP BY a.identity_arn, a.account_id, a.function_name;
