-- id: sequence_console_session_digs_in
-- title: A console session weakens sign-in and leaves ways back within hours
-- severity: high
-- status: test
-- attack: [T1078.004, T1556.006, T1098.001]
-- requires: [management]
-- key: [principal_arn, source_ip]
-- description: >
--   Within two hours of signing in to the console, one identity did several of: took its own MFA device away,
--   set the password of an existing user, made itself an access key, opened CloudShell, changed whom roles
--   trust, started machines. Or it opened CloudShell, read several secrets and made a credential. This is
--   what follows a phished or bought console session.
-- false_positives:
--   - A person who changes the telephone and makes a new access key on the same day.
--   - An administrator with a long list of chores; the address and the hour tell.
-- blind_spots:
--   - Users created in the same session and credentials for them count as onboarding, and are left to
--     user_made_administrator.
--   - Sign-in through the access portal is not a ConsoleLogin of the role until the console is opened.
-- triage:
--   - Compare the address and user agent of the sign-in with the earlier sign-ins of principal_arn.
--   - Ask the person whether they did this; they may still hold the session.
--   - List the access keys, MFA devices and passwords changed from event_time to last_time, and revoke each.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
--   - https://permiso.io/blog/lucr-3-scattered-spider-getting-saas-y-in-the-cloud
--   - https://permiso.io/blog/s/unmasking-guivil-new-cloud-threat-actor/

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.secretId') AS target,
    coalesce(request_parameters ->> '$.userName', regexp_extract(identity_arn, '[^/]+$')) = regexp_extract(identity_arn, '[^/]+$') AS own,
    CASE
      WHEN operation = 'signin:ConsoleLogin' THEN CASE WHEN (response_elements ->> '$.ConsoleLogin') = 'Success' THEN 'login' END
      WHEN operation = 'iam:DeactivateMFADevice' THEN 'mfa'
      WHEN operation = 'iam:CreateAccessKey' THEN 'key'
      WHEN operation = 'iam:CreateUser' THEN 'user'
      WHEN operation IN ('iam:CreateLoginProfile', 'iam:UpdateLoginProfile') THEN 'password'
      WHEN operation IN ('cloudshell:CreateEnvironment', 'cloudshell:CreateSession') THEN 'shell'
      WHEN operation IN ('secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue') THEN 'secret'
      WHEN operation = 'ec2:RunInstances' THEN 'compute'
      ELSE 'trust'
    END AS step
  FROM events
  WHERE operation IN (
    'signin:ConsoleLogin', 'iam:DeactivateMFADevice', 'iam:CreateAccessKey', 'iam:CreateUser', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile',
    'cloudshell:CreateEnvironment', 'cloudshell:CreateSession', 'secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue',
    'ec2:RunInstances', 'iam:UpdateAssumeRolePolicy', 'iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider'
  )
    AND error_code IS NULL
),
sessions_that_dug AS (
  SELECT
    a.event_id AS login_event,
    any_value(a.event_time) AS event_time,
    max(s.event_time) AS last_time,
    any_value(a.identity_arn) AS identity_arn,
    any_value(a.principal_arn) AS principal_arn,
    any_value(a.source_ip) AS source_ip,
    any_value(a.account_id) AS account_id,
    any_value(a.region) AS region,
    any_value(a.user_agent) AS user_agent,
    list(s.event_id ORDER BY s.event_time) AS step_events,
    string_agg(DISTINCT s.operation, ', ' ORDER BY s.operation) AS what,
    bool_or(s.step = 'mfa' AND s.own) AS own_mfa,
    bool_or(s.step = 'key' AND s.own) AS own_key,
    bool_or(s.step = 'password' AND NOT s.own) AS password_of_other,
    bool_or(s.step = 'shell') AS shell,
    bool_or(s.step = 'trust') AS trust,
    bool_or(s.step = 'compute') AS compute,
    bool_or(s.step IN ('user', 'key', 'password')) AS credential,
    count(DISTINCT s.target) FILTER (WHERE s.step = 'secret') AS secrets_read
  FROM steps AS a
  JOIN steps AS s
    ON s.identity_arn = a.identity_arn
   AND s.account_id = a.account_id
   AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 2 HOUR
   AND s.step <> 'login'
  -- A password for a user whom the same identity has just created is onboarding.
  LEFT JOIN steps AS made
    ON made.step = 'user'
   AND s.step IN ('password', 'key')
   AND made.identity_arn = s.identity_arn
   AND made.target = s.target
   AND made.event_time BETWEEN a.event_time AND s.event_time
  WHERE a.step = 'login'
    AND made.event_id IS NULL
  GROUP BY a.event_id
)
SELECT
  event_time,
  last_time,
  [login_event] || step_events AS event_ids,
  principal_arn,
  source_ip,
  identity_arn AS resource,
  account_id,
  region,
  user_agent,
  secrets_read,
  principal_arn || ' signed in to the console from ' || coalesce(source_ip, '?') || ' at ' || strftime(event_time, '%H:%M:%S')
    || ' and dug in until ' || strftime(last_time, '%H:%M:%S') || ': ' || what AS summary
FROM sessions_that_dug
WHERE ((own_mfa OR password_of_other) AND CAST(own_mfa AS INTEGER) + CAST(own_key AS INTEGER) + CAST(password_of_other AS INTEGER)
        + CAST(shell AS INTEGER) + CAST(trust AS INTEGER) + CAST(compute AS INTEGER) >= 2)
   OR (shell AND secrets_read >= 3 AND credential)
QUALIFY row_number() OVER (PARTITION BY identity_arn, CAST(event_time AS DATE) ORDER BY event_time) = 1;
