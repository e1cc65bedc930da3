-- id: reports_first_operations
-- title: Operations a principal had never called before
-- answers: [Q07]
-- baseline: true
-- description: >
--   The first call of each operation by each principal within the scope, compared with
--   all of the case before it. Give a scope (--since): without one, everything is a first
--   time. days_before is how long the principal was known until then; new_principal marks
--   those whose very first event it is in the scope. Operations that intruders use come
--   first; 1,000 rows.

WITH firsts AS (
  SELECT
    account_id,
    principal_arn,
    operation,
    min(event_time) AS first_time,
    arg_min(error_code, event_time) FILTER (WHERE error_code IS NOT NULL) AS first_error,
    min(event_time) FILTER (WHERE error_code IS NULL) AS first_success,
    arg_min(access_key_id, event_time) AS access_key_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(event_id, event_time) AS event_id,
    count(*) AS events
  FROM events
  WHERE identity_type <> 'AWSService'
    AND principal_arn IS NOT NULL
    AND operation IS NOT NULL
  GROUP BY
    account_id,
    principal_arn,
    operation
),
known_since AS (
  SELECT
    account_id,
    principal_arn,
    min(first_time) AS since
  FROM firsts
  GROUP BY
    account_id,
    principal_arn
)
SELECT
  f.first_time,
  f.account_id,
  f.principal_arn,
  f.operation,
  o.severity,
  o.reason,
  f.first_success,
  f.first_error,
  f.events,
  date_diff('day', k.since, f.first_time) AS days_before,
  k.since >= coalesce(t.since, k.since) AS new_principal,
  f.access_key_id,
  f.source_ip,
  f.event_id
FROM firsts AS f
CROSS JOIN scope AS t
JOIN known_since AS k
  ON k.account_id IS NOT DISTINCT FROM f.account_id
  AND k.principal_arn = f.principal_arn
LEFT JOIN sensitive_operations AS o ON o.operation = f.operation
WHERE f.first_time >= coalesce(t.since, f.first_time)
  AND f.first_time < coalesce(t.until, f.first_time + INTERVAL 1 SECOND)
ORDER BY
  coalesce(list_position(['critical', 'high', 'medium', 'low', 'informational'], o.severity), 6),
  f.first_time,
  f.principal_arn,
  f.operation
LIMIT 1000;
