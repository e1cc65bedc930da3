-- id: pivots_timeline
-- title: Everything it did, in order of time
-- subject: [principal_arn, access_key_id, session_name, source_ip, user_agent, resource, account_id, region]
-- answers: [Q10]
-- description: >
--   All events of the subject: of a role with all its sessions, of a key, an address, a
--   resource. severity and reason mark the operations that intruders use, where they
--   succeeded. The first 10,000 events of the scope; narrow it for the rest.

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
    OR (s.kind = 'account_id' AND s.value = e.account_id)
    OR (s.kind = 'region' AND s.value = e.region)
  UNION
  SELECT
    r.event_uuid
  FROM event_resources AS r
  JOIN subject AS s
    ON s.kind = 'resource' AND s.value IN (r.resource_id, r.resource_arn)
)
SELECT
  e.event_time,
  e.account_id,
  e.region,
  e.operation,
  coalesce(e.error_code, CASE WHEN (e.response_elements ->> '$.ConsoleLogin') = 'Failure' THEN 'Failure' END) AS error_code,
  e.mutating,
  o.severity,
  o.reason,
  e.principal_arn,
  e.session_name,
  e.access_key_id,
  e.source_ip,
  e.user_agent,
  e.request_parameters,
  e.event_id
FROM events AS e
JOIN mine AS m ON m.event_uuid = e.event_uuid
LEFT JOIN sensitive_operations AS o
  ON o.operation = e.operation
  AND e.error_code IS NULL
ORDER BY
  e.event_time,
  e.event_id
LIMIT 10000;
