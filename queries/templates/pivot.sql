-- id: {{id}}
-- title: {{title}}
-- subject: [principal_arn, access_key_id, source_ip]
-- description: >
--   Say what this answers about its subject, and how many rows at most.

-- The view subject is one row of kind and value. queries/README.md explains the rest.
SELECT
  e.operation,
  count(*) AS events,
  count(e.error_code) AS errors,
  min(e.event_time) AS first_time,
  max(e.event_time) AS last_time
FROM events AS e
JOIN subject AS s
  ON (s.kind = 'principal_arn' AND s.value IN (e.principal_arn, e.identity_arn))
  OR (s.kind = 'access_key_id' AND s.value = e.access_key_id)
  OR (s.kind = 'source_ip' AND s.value = e.source_ip)
GROUP BY e.operation
ORDER BY
  events DESC,
  e.operation;
