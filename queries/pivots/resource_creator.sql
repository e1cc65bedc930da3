-- id: pivots_resource_creator
-- title: Who created it, and what else they changed within the hour
-- subject: [resource]
-- answers: [Q39]
-- requires: [management]
-- description: >
--   The call that made the resource (kind creation), and what the same key, or the same
--   principal where there is none, changed in the hour before and after (kind nearby),
--   failed attempts included. Empty when no event of the case made it: it is older than
--   the logs, or they do not cover that time. 2,000 rows.

WITH made AS (
  SELECT
    r.event_uuid
  FROM event_resources AS r
  JOIN subject AS s
    ON s.kind = 'resource'
    AND s.value IN (r.resource_id, r.resource_arn)
  WHERE r.action = 'created'
  ORDER BY
    r.event_time,
    r.event_id
  LIMIT 1
),
creation AS (
  SELECT
    e.event_time,
    e.event_uuid,
    e.principal_arn,
    e.access_key_id
  FROM events AS e
  JOIN made AS m ON m.event_uuid = e.event_uuid
)
SELECT
  e.event_time,
  CASE WHEN e.event_uuid = c.event_uuid THEN 'creation' ELSE 'nearby' END AS kind,
  e.operation,
  e.error_code,
  o.severity,
  e.principal_arn,
  e.session_name,
  e.access_key_id,
  e.source_ip,
  e.account_id,
  e.region,
  e.request_parameters,
  e.event_id
FROM creation AS c
JOIN events AS e
  ON e.event_time BETWEEN c.event_time - INTERVAL 1 HOUR AND c.event_time + INTERVAL 1 HOUR
  AND coalesce(e.access_key_id, e.principal_arn) = coalesce(c.access_key_id, c.principal_arn)
LEFT JOIN sensitive_operations AS o
  ON o.operation = e.operation
  AND e.error_code IS NULL
WHERE e.mutating
  OR e.event_uuid = c.event_uuid
ORDER BY
  e.event_time,
  e.event_id
LIMIT 2000;
