-- id: pivots_reach
-- title: How far it got
-- subject: [principal_arn, access_key_id, session_name, source_ip, user_agent]
-- answers: [Q47]
-- description: >
--   The blast radius, one row per account and service: regions, operations, what it changed,
--   what it read, which calls failed, resources it touched. reach says whether it got
--   in: changed, read, or only errors. What it could have done is not in the logs; its
--   policies say that.

WITH mine AS (
  SELECT
    e.event_uuid
  FROM events AS e
  JOIN subject AS s
    ON (s.kind = 'principal_arn' AND s.value IN (e.principal_arn, e.identity_arn))
    OR (s.kind = 'access_key_id' AND s.value = e.access_key_id)
    OR (s.kind = 'session_name' AND s.value = e.session_name)
    OR (s.kind = 'source_ip' AND s.value = e.source_ip)
    OR (s.kind = 'user_agent' AND s.value = e.user_agent)
),
touched AS (
  SELECT
    e.account_id,
    e.event_source,
    count(DISTINCT r.resource_id) AS resources,
    count(DISTINCT r.resource_id) FILTER (WHERE r.action IN ('created', 'modified', 'deleted', 'granted')) AS resources_changed
  FROM event_resources AS r
  JOIN mine AS m ON m.event_uuid = r.event_uuid
  JOIN events AS e ON e.event_uuid = r.event_uuid
  GROUP BY
    e.account_id,
    e.event_source
)
SELECT
  e.account_id,
  e.event_source,
  CASE
    WHEN count(*) FILTER (WHERE e.mutating AND e.error_code IS NULL) > 0 THEN 'changed'
    WHEN count(*) FILTER (WHERE e.error_code IS NULL) > 0 THEN 'read'
    ELSE 'only errors'
  END AS reach,
  list(DISTINCT e.region ORDER BY e.region) AS regions,
  count(*) AS events,
  count(DISTINCT e.operation) AS operations,
  count(*) FILTER (WHERE e.mutating AND e.error_code IS NULL) AS writes,
  count(*) FILTER (WHERE NOT coalesce(e.mutating, false) AND e.error_code IS NULL) AS reads,
  count(e.error_code) AS errors,
  count(*) FILTER (WHERE o.operation IS NOT NULL AND e.error_code IS NULL) AS sensitive,
  any_value(t.resources) AS resources,
  any_value(t.resources_changed) AS resources_changed,
  min(e.event_time) AS first_time,
  max(e.event_time) AS last_time
FROM events AS e
JOIN mine AS m ON m.event_uuid = e.event_uuid
LEFT JOIN sensitive_operations AS o ON o.operation = e.operation
LEFT JOIN touched AS t
  ON t.account_id IS NOT DISTINCT FROM e.account_id
  AND t.event_source = e.event_source
GROUP BY
  e.account_id,
  e.event_source
ORDER BY
  writes DESC,
  events DESC,
  e.account_id,
  e.event_source;
