-- id: sequence_user_made_administrator
-- title: A new user is given credentials and administrator rights
-- severity: high
-- status: test
-- attack: [T1136.003, T1098.001, T1098.003]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   One identity asked who it is or who else there is, and within hours created a user, gave it a password or
--   an access key, and gave the same user administrator rights. This is how most takeovers of an account with
--   a leaked key go on.
-- false_positives:
--   - An administrator or a Terraform run that sets up a first or an emergency administrator; a ticket and a
--     known address say so.
-- blind_spots:
--   - A group that is already an administrator's (AddUserToGroup) and customer managed policies are not looked
--     into.
--   - A look around by another key than the one that creates the user is not joined.
-- triage:
--   - Compare source_ip and user_agent of the creation with what the same principal_arn used in the week
--     before.
--   - List everything done by the new user (resource) and by its access key since event_time.
--   - Look at what else the same principal_arn created in the 24 hours after event_time.
--   - If it is not planned, deactivate the keys of both users before deleting anything.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
--   - https://www.cisa.gov/news-events/cybersecurity-advisories/aa24-016a
--   - https://www.invictus-ir.com/news/the-curious-case-of-dangerdev-protonmail-me

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
    request_parameters ->> '$.userName' AS made,
    CASE
      WHEN operation = 'iam:CreateUser' THEN 'user'
      WHEN operation IN ('iam:CreateLoginProfile', 'iam:CreateAccessKey') THEN 'credential'
      WHEN regexp_matches(request_parameters ->> '$.policyArn', ':aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$')
        OR regexp_matches(request_parameters ->> '$.policyDocument', '"Action"\s*:\s*\[?\s*"(\*|iam:\*)"') THEN 'admin'
    END AS step
  FROM events
  WHERE operation IN ('iam:CreateUser', 'iam:CreateLoginProfile', 'iam:CreateAccessKey', 'iam:AttachUserPolicy', 'iam:PutUserPolicy')
    AND error_code IS NULL
    AND invoked_by IS NULL
),
-- The creation of the user, and what the same identity did to that user afterwards.
takeovers AS (
  SELECT
    a.event_id AS user_event,
    any_value(a.event_time) AS user_time,
    any_value(a.identity_arn) AS identity_arn,
    any_value(a.principal_arn) AS principal_arn,
    any_value(a.access_key_id) AS access_key_id,
    any_value(a.source_ip) AS source_ip,
    any_value(a.account_id) AS account_id,
    any_value(a.region) AS region,
    any_value(a.user_agent) AS user_agent,
    any_value(a.made) AS made,
    max(s.event_time) AS last_time,
    min(s.event_time) FILTER (WHERE s.step = 'credential') AS credential_time,
    min(s.event_time) FILTER (WHERE s.step = 'admin') AS admin_time,
    list(s.event_id ORDER BY s.event_time) AS step_events
  FROM steps AS a
  JOIN steps AS s
    ON s.identity_arn = a.identity_arn
   AND s.account_id = a.account_id
   AND s.made = a.made
   AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 4 HOUR
  WHERE a.step = 'user'
    AND s.step IS NOT NULL
  GROUP BY a.event_id
  HAVING credential_time IS NOT NULL
     AND admin_time IS NOT NULL
),
looks AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn
  FROM events
  WHERE operation IN (
    'sts:GetCallerIdentity', 'iam:ListUsers', 'iam:GetUser', 'iam:GetAccountSummary',
    'iam:GetAccountAuthorizationDetails', 'iam:ListAccessKeys', 'ses:GetSendQuota', 'ses:GetAccount'
  )
    AND invoked_by IS NULL
)
SELECT
  min(l.event_time) AS event_time,
  any_value(t.last_time) AS last_time,
  list(l.event_id ORDER BY l.event_time) || any_value(t.step_events) AS event_ids,
  any_value(t.principal_arn) AS principal_arn,
  any_value(t.access_key_id) AS access_key_id,
  any_value(t.source_ip) AS source_ip,
  any_value(t.made) AS resource,
  any_value(t.account_id) AS account_id,
  any_value(t.region) AS region,
  any_value(t.user_agent) AS user_agent,
  coalesce(any_value(t.principal_arn), 'somebody') || ' looked around (' || string_agg(DISTINCT l.operation, ', ' ORDER BY l.operation)
    || ') at ' || strftime(min(l.event_time), '%H:%M:%S') || ', created the user ' || any_value(t.made) || ' at '
    || strftime(any_value(t.user_time), '%H:%M:%S') || ', gave it a credential at ' || strftime(any_value(t.credential_time), '%H:%M:%S')
    || ' and administrator rights at ' || strftime(any_value(t.admin_time), '%H:%M:%S') || ', from '
    || coalesce(any_value(t.source_ip), '?') AS summary
FROM takeovers AS t
JOIN looks AS l
  ON l.identity_arn = t.identity_arn
 AND l.event_time BETWEEN t.user_time - INTERVAL 1 HOUR AND t.user_time
GROUP BY t.user_event;
