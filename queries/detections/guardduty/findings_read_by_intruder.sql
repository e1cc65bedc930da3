-- id: guardduty_findings_read_by_intruder
-- title: GuardDuty findings read by a key that also digs in
-- severity: medium
-- status: stable
-- attack: [T1518, T1526]
-- requires: [management]
-- key: [access_key_id, account_id]
-- description: >
--   The same access key read GuardDuty findings and, within 12 hours, made users, keys,
--   policies or machines. Intruders read the findings about themselves to learn what has been
--   noticed.
-- false_positives:
--   - An administrator who looks at findings and sets up users in one session.
-- blind_spots:
--   - A finding read with one key and the digging in done with another is not joined.
-- triage:
--   - Which findings did it list, and do they concern access_key_id or source_ip?
--   - "List every event by access_key_id: was it ever used for security work before?"
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html
--   - https://www.invictus-ir.com/news/the-curious-case-of-dangerdev-protonmail-me

WITH reads AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent
  FROM events
  WHERE operation IN ('guardduty:ListFindings', 'guardduty:GetFindings', 'guardduty:GetFindingsStatistics')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND access_key_id IS NOT NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
writes AS (
  SELECT
    event_time,
    event_id,
    operation,
    account_id,
    access_key_id
  FROM events
  WHERE operation IN (
      'iam:CreateUser',
      'iam:CreateLoginProfile',
      'iam:UpdateLoginProfile',
      'iam:CreateAccessKey',
      'iam:AttachUserPolicy',
      'iam:PutUserPolicy',
      'iam:CreateRole',
      'iam:AttachRolePolicy',
      'iam:UpdateAssumeRolePolicy',
      'ec2:RunInstances',
      'ec2:AuthorizeSecurityGroupIngress'
    )
    AND error_code IS NULL
    AND access_key_id IS NOT NULL
),
pairs AS (
  SELECT
    r.event_time,
    r.event_id,
    r.principal_arn,
    r.identity_type,
    r.access_key_id,
    r.source_ip,
    r.account_id,
    r.region,
    r.user_agent,
    w.event_id AS write_id,
    w.operation
  FROM reads AS r
  JOIN writes AS w
    ON w.access_key_id = r.access_key_id
    AND w.account_id = r.account_id
    AND w.event_time BETWEEN r.event_time - INTERVAL 12 HOUR AND r.event_time + INTERVAL 12 HOUR
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list_concat(list(DISTINCT event_id ORDER BY event_id), list(DISTINCT write_id ORDER BY write_id)) AS event_ids,
  any_value(principal_arn) AS principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' read GuardDuty findings with ' || access_key_id || ', the key of '
    || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
FROM pairs
GROUP BY
  access_key_id,
  account_id;
