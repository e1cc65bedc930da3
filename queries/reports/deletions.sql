-- id: reports_deletions
-- title: What was deleted or terminated
-- answers: [Q30]
-- description: >
--   Deletions, terminations, deregistrations and scheduled deletions, by hour, key and
--   operation: how many succeeded, how many failed, and of what (fifty resources at most).
--   What AWS services do for themselves is left out. Objects in buckets are there where
--   their data events are logged. The 2,000 latest rows.

WITH calls AS (
  SELECT
    event_time,
    event_uuid,
    account_id,
    region,
    principal_arn,
    access_key_id,
    source_ip,
    operation,
    error_code
  FROM events
  WHERE regexp_matches(operation, '^[a-z0-9-]+:(Batch)?(Delete|Terminate|Deregister|Destroy|Purge|Schedule[A-Za-z]*Deletion|Decrease[A-Za-z]*Retention|Release)')
    AND identity_type <> 'AWSService'
    AND invoked_by IS NULL
),
named AS (
  SELECT
    r.event_uuid,
    list(DISTINCT r.resource_id) AS resource_ids
  FROM event_resources AS r
  JOIN calls AS c ON c.event_uuid = r.event_uuid
  GROUP BY r.event_uuid
)
SELECT
  date_trunc('hour', c.event_time) AS hour,
  c.account_id,
  c.region,
  c.principal_arn,
  c.access_key_id,
  c.operation,
  count(*) FILTER (WHERE c.error_code IS NULL) AS succeeded,
  count(c.error_code) AS errors,
  list_slice(list_sort(list_distinct(flatten(list(n.resource_ids) FILTER (WHERE c.error_code IS NULL AND n.resource_ids IS NOT NULL)))), 1, 50) AS resources,
  list(DISTINCT c.source_ip ORDER BY c.source_ip) AS source_ips,
  min(c.event_time) AS first_time,
  max(c.event_time) AS last_time
FROM calls AS c
LEFT JOIN named AS n ON n.event_uuid = c.event_uuid
GROUP BY
  date_trunc('hour', c.event_time),
  c.account_id,
  c.region,
  c.principal_arn,
  c.access_key_id,
  c.operation
ORDER BY
  hour DESC,
  first_time,
  c.operation,
  c.principal_arn,
  c.access_key_id,
  c.region
LIMIT 2000;
