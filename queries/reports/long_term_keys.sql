-- id: reports_long_term_keys
-- title: Long-term access keys in use
-- answers: [Q43]
-- description: >
--   Every AKIA key that called: whose, since when, when last, from how many addresses,
--   regions and clients, what it changed, and what became of it in the scope (created,
--   deactivated, deleted). Keys that nobody used leave no event. 2,000 rows.

WITH uses AS (
  SELECT
    access_key_id,
    any_value(account_id) AS account_id,
    any_value(principal_arn) AS principal_arn,
    min(event_time) AS first_time,
    max(event_time) AS last_time,
    count(*) AS events,
    count(*) FILTER (WHERE mutating AND error_code IS NULL) AS writes,
    count(error_code) AS errors,
    count(DISTINCT CAST(event_time AS DATE)) AS days,
    count(DISTINCT source_ip) AS addresses,
    list_slice(list(DISTINCT source_ip ORDER BY source_ip), 1, 20) AS source_ips,
    count(DISTINCT user_agent) AS user_agents,
    list(DISTINCT region ORDER BY region) AS regions
  FROM events
  WHERE starts_with(access_key_id, 'AKIA')
  GROUP BY access_key_id
),
fates AS (
  SELECT
    coalesce(issued_access_key_id, request_parameters ->> '$.accessKeyId') AS access_key_id,
    min(event_time) FILTER (WHERE operation = 'iam:CreateAccessKey') AS created_at,
    max(event_time) FILTER (WHERE operation = 'iam:UpdateAccessKey' AND (request_parameters ->> '$.status') = 'Inactive') AS deactivated_at,
    max(event_time) FILTER (WHERE operation = 'iam:DeleteAccessKey') AS deleted_at
  FROM events
  WHERE operation IN ('iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey')
    AND error_code IS NULL
  GROUP BY 1
)
SELECT
  coalesce(u.access_key_id, f.access_key_id) AS access_key_id,
  u.account_id,
  u.principal_arn,
  u.first_time,
  u.last_time,
  u.days,
  coalesce(u.events, 0) AS events,
  u.writes,
  u.errors,
  u.addresses,
  u.source_ips,
  u.user_agents,
  u.regions,
  f.created_at,
  f.deactivated_at,
  f.deleted_at,
  u.last_time > coalesce(f.deleted_at, f.deactivated_at) AS used_after_its_end
FROM uses AS u
FULL JOIN fates AS f ON f.access_key_id = u.access_key_id
ORDER BY
  addresses DESC NULLS LAST,
  events DESC,
  access_key_id
LIMIT 2000;
