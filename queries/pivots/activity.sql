-- id: pivots_activity
-- title: What it did, summed up
-- subject: [principal_arn, access_key_id, session_name, source_ip, user_agent, resource, account_id, region]
-- answers: [Q05]
-- description: >
--   One row per account, principal, access key and operation: how often, with
--   which errors, from when to when. For an address: what it touched; for a resource: who
--   touched it. The 1,000 most frequent.

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
  e.account_id,
  e.principal_arn,
  e.access_key_id,
  e.operation,
  count(*) AS events,
  count(*) FILTER (WHERE e.error_code IS NULL) AS succeeded,
  count(e.error_code) AS errors,
  list(DISTINCT e.error_code ORDER BY e.error_code) FILTER (WHERE e.error_code IS NOT NULL) AS error_codes,
  count(DISTINCT e.region) AS regions,
  count(DISTINCT e.source_ip) AS source_ips,
  bool_or(e.mutating) AS mutating,
  min(e.event_time) AS first_time,
  max(e.event_time) AS last_time
FROM events AS e
JOIN mine AS m ON m.event_uuid = e.event_uuid
GROUP BY
  e.account_id,
  e.principal_arn,
  e.access_key_id,
  e.operation
ORDER BY
  events DESC,
  first_time,
  e.principal_arn,
  e.access_key_id,
  e.operation
LIMIT 1000;
