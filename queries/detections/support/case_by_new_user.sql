-- id: support_case_by_new_user
-- title: Support case opened by a user or key that is days old
-- severity: medium
-- status: stable
-- attack: [T1496, T1534]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A case with AWS Support was opened by an IAM user that was made, or got a key or a
--   password, within the seven days before. Intruders open cases in the name of the
--   account: to raise limits, to leave the mail sandbox, or to change contacts.
-- false_positives:
--   - A new employee.
-- blind_spots:
--   - Cases opened with the session of a role or by root.
--   - Users that are older than the case.
-- triage:
--   - Read the case in the support console; answer it so that AWS knows of the
--     intrusion.
--   - Find who made the user or key and whether that was planned.
-- references:
--   - https://docs.aws.amazon.com/awssupport/latest/APIReference/API_CreateCase.html
--   - https://www.wiz.io/blog/wiz-discovers-cloud-email-abuse-campaign

WITH made AS (
  SELECT
    event_time,
    event_id,
    event_name,
    account_id,
    coalesce(request_parameters ->> '$.userName', response_elements ->> '$.accessKey.userName') AS user_name
  FROM events
  WHERE operation IN ('iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile')
    AND error_code IS NULL
),
cases AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    regexp_extract(principal_arn, '[^/]*$') AS user_name,
    coalesce(response_elements ->> '$.caseId', request_parameters ->> '$.serviceCode') AS resource,
    coalesce(request_parameters ->> '$.serviceCode', '?') || ', ' || coalesce(request_parameters ->> '$.categoryCode', '?') AS topic
  FROM events
  WHERE operation IN ('support:CreateCase', 'servicequotas:CreateSupportCase')
    AND error_code IS NULL
    AND identity_type = 'IAMUser'
)
SELECT
  c.event_time,
  list(m.event_id ORDER BY m.event_time) || [c.event_id] AS event_ids,
  c.principal_arn,
  c.access_key_id,
  c.source_ip,
  c.user_agent,
  c.account_id,
  c.region,
  c.resource,
  c.topic,
  c.principal_arn || ' opened a support case (' || c.topic || ') within days of ' || string_agg(DISTINCT m.event_name, ', ' ORDER BY m.event_name) AS summary
FROM cases AS c
JOIN made AS m
  ON m.account_id = c.account_id
  AND m.user_name = c.user_name
  AND m.event_time BETWEEN c.event_time - INTERVAL 7 DAYS AND c.event_time
GROUP BY c.event_time, c.event_id, c.principal_arn, c.access_key_id, c.source_ip, c.user_agent, c.account_id, c.region, c.resource, c.topic;
