-- id: pivots_resource_history
-- title: Everything that touched it
-- subject: [resource]
-- answers: [Q38]
-- description: >
--   Every event that names the resource by id, name or ARN, and what it did to it. Events
--   that hold the text anywhere in request or response without its being recognised as a
--   resource come along as method text: a name that is short or common gives false ones.
--   The latest 10,000.

WITH named AS (
  SELECT
    r.event_uuid,
    min(r.resource_type) AS resource_type,
    list(DISTINCT r.action ORDER BY r.action) AS actions,
    min(r.method) AS method
  FROM event_resources AS r
  JOIN subject AS s
    ON s.kind = 'resource'
    AND s.value IN (r.resource_id, r.resource_arn)
  GROUP BY r.event_uuid
),
texts AS (
  SELECT
    e.event_uuid
  FROM events AS e
  JOIN subject AS s
    ON s.kind = 'resource'
    AND length(s.value) > 3
    AND (contains(e.request_parameters, s.value) OR contains(e.response_elements, s.value))
)
SELECT
  e.event_time,
  e.operation,
  n.actions,
  n.resource_type,
  coalesce(n.method, 'text') AS method,
  e.principal_arn,
  e.session_name,
  e.access_key_id,
  e.source_ip,
  e.error_code,
  e.account_id,
  e.region,
  e.event_id
FROM events AS e
LEFT JOIN named AS n ON n.event_uuid = e.event_uuid
WHERE n.event_uuid IS NOT NULL
  OR e.event_uuid IN (SELECT event_uuid FROM texts)
ORDER BY
  e.event_time DESC,
  e.event_id
LIMIT 10000;
