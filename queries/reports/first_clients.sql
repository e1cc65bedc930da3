-- id: reports_first_clients
-- title: Addresses and user agents a principal had never used before
-- answers: [Q08]
-- baseline: true
-- description: >
--   The first time within the scope that a principal came from an address, or with a user
--   agent, compared with all of the case before it. Give a scope (--since): without one,
--   everything is a first time. days_before is how long the principal was known until
--   then; where it is 0 the newness says little. Calls by AWS services are left out.
--   Those of principals that were known longest come first; 1,000 rows.

WITH uses AS (
  SELECT
    account_id,
    principal_arn,
    source_ip,
    user_agent,
    min(event_time) AS first_time,
    max(event_time) AS last_time,
    arg_min(event_id, event_time) AS event_id,
    count(*) AS events,
    count(error_code) AS errors
  FROM events
  WHERE source_ip_hi IS NOT NULL
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND principal_arn IS NOT NULL
  GROUP BY
    account_id,
    principal_arn,
    source_ip,
    user_agent
),
clients AS (
  SELECT
    'address' AS kind,
    source_ip AS value,
    account_id,
    principal_arn,
    min(first_time) AS first_time,
    max(last_time) AS last_time,
    arg_min(event_id, first_time) AS event_id,
    sum(events) AS events,
    sum(errors) AS errors
  FROM uses
  GROUP BY ALL
  UNION ALL
  SELECT
    'user agent' AS kind,
    user_agent AS value,
    account_id,
    principal_arn,
    min(first_time) AS first_time,
    max(last_time) AS last_time,
    arg_min(event_id, first_time) AS event_id,
    sum(events) AS events,
    sum(errors) AS errors
  FROM uses
  GROUP BY ALL
),
known_since AS (
  SELECT
    account_id,
    principal_arn,
    min(first_time) AS since
  FROM uses
  GROUP BY
    account_id,
    principal_arn
)
SELECT
  b.first_time,
  b.kind,
  b.value,
  b.account_id,
  b.principal_arn,
  date_diff('day', k.since, b.first_time) AS days_before,
  b.events,
  b.errors,
  b.last_time,
  b.event_id
FROM clients AS b
CROSS JOIN scope AS t
JOIN known_since AS k
  ON k.account_id IS NOT DISTINCT FROM b.account_id
  AND k.principal_arn = b.principal_arn
WHERE b.first_time >= coalesce(t.since, b.first_time)
  AND b.first_time < coalesce(t.until, b.first_time + INTERVAL 1 SECOND)
ORDER BY
  days_before DESC,
  b.first_time,
  b.principal_arn,
  b.kind,
  b.value
LIMIT 1000;
