-- id: sequence_borrowed_identity
-- title: A credential made for another user is used at once, from the same address
-- severity: high
-- status: test
-- attack: [T1098.001, T1078.004]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   One identity made an access key or set a password for another user, and within an hour the same address
--   used it for something that needs rights: the second hop of an intruder who stands in for a user that may
--   do more.
-- false_positives:
--   - An administrator who sets up a user and tries the new key from the same machine.
--   - An office behind one address where the new user starts to work at once; add the office to the known
--     addresses.
-- blind_spots:
--   - An intruder who changes the address between the hops; see the baselines of new addresses.
--   - Only calls that change identities, assume roles, read secrets, start machines or stop the trail count as
--     use.
-- triage:
--   - Ask the owner of the user in resource whether they asked for the credential.
--   - List all events of that user since event_time, and what was created with them.
--   - "Look where principal_arn got its own credential from: earlier rows of the same access_key_id and
--     source_ip."
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
--   - https://www.sysdig.com/blog/ai-assisted-cloud-intrusion-achieves-admin-access-in-8-minutes

WITH made AS (
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
    coalesce(response_elements ->> '$.accessKey.userName', request_parameters ->> '$.userName') AS target,
    response_elements ->> '$.accessKey.accessKeyId' AS new_key
  FROM events
  WHERE operation IN ('iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile')
    AND error_code IS NULL
    AND invoked_by IS NULL
),
used AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    regexp_extract(principal_arn, '[^/]+$') AS user_name
  FROM events
  WHERE operation IN (
    'signin:ConsoleLogin', 'iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:AttachUserPolicy',
    'iam:PutUserPolicy', 'iam:AttachRolePolicy', 'iam:PutRolePolicy', 'iam:CreateRole', 'iam:UpdateAssumeRolePolicy', 'iam:CreatePolicyVersion',
    'sts:AssumeRole', 'secretsmanager:GetSecretValue', 'ec2:RunInstances', 'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail'
  )
    AND identity_type = 'IAMUser'
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND (operation <> 'signin:ConsoleLogin' OR (response_elements ->> '$.ConsoleLogin') = 'Success')
)
SELECT
  any_value(m.event_time) AS event_time,
  max(u.event_time) AS last_time,
  [m.event_id] || list(u.event_id ORDER BY u.event_time) AS event_ids,
  any_value(m.principal_arn) AS principal_arn,
  any_value(m.access_key_id) AS access_key_id,
  any_value(m.source_ip) AS source_ip,
  any_value(u.principal_arn) AS resource,
  any_value(m.account_id) AS account_id,
  any_value(m.region) AS region,
  any_value(m.user_agent) AS user_agent,
  coalesce(any_value(m.principal_arn), 'somebody')
    || CASE WHEN any_value(m.new_key) IS NULL THEN ' set a password for ' ELSE ' made the access key ' || any_value(m.new_key)
    || ' for ' END
    || any_value(m.target) || ' at ' || strftime(any_value(m.event_time), '%H:%M:%S') || '; from the same address '
    || any_value(m.source_ip)
    || ' it was used from ' || strftime(min(u.event_time), '%H:%M:%S') || ' for '
    || string_agg(DISTINCT u.operation, ', ' ORDER BY u.operation) AS summary
FROM made AS m
JOIN used AS u
  ON u.account_id = m.account_id
 AND u.user_name = m.target
 AND u.source_ip = m.source_ip
 AND u.event_time BETWEEN m.event_time AND m.event_time + INTERVAL 1 HOUR
WHERE u.principal_arn IS DISTINCT FROM m.principal_arn
  -- The new key itself; for a password, what a console session does.
  AND CASE WHEN m.new_key IS NULL THEN u.access_key_id IS NULL OR u.access_key_id LIKE 'ASIA%' ELSE u.access_key_id = m.new_key END
GROUP BY m.event_id
HAVING count(*) FILTER (WHERE u.operation <> 'signin:ConsoleLogin') > 0
   AND (any_value(m.new_key) IS NOT NULL OR bool_or(u.operation = 'signin:ConsoleLogin'));
