-- id: pivots_bursts
-- title: When it was active, in bursts
-- subject: [principal_arn, access_key_id, session_name, source_ip, user_agent, resource]
-- answers: [Q11]
-- description: >
--   The activity of the subject, cut where it was silent for half an hour: a person works
--   in few long bursts, a script in regular short ones, and a stolen credential in one
--   that does not fit the others.

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
  UNION
  SELECT
    r.event_uuid
  FROM event_resources AS r
  JOIN subject AS s
    ON s.kind = 'resource' AND s.value IN (r.resource_id, r.resource_arn)
),
calls AS (
  SELECT
    e.event_time,
    e.event_id,
    e.operation,
    e.source_ip,
    e.user_agent,
    e.region,
    e.error_code,
    e.mutating,
    coalesce(e.event_time - lag(e.event_time) OVER (ORDER BY e.event_time, e.event_id) > INTERVAL 30 MINUTE, false) AS pause
  FROM events AS e
  JOIN mine AS m ON m.event_uuid = e.event_uuid
  WHERE e.event_time IS NOT NULL
),
bursts AS (
  SELECT
    event_time,
    operation,
    source_ip,
    user_agent,
    region,
    error_code,
    mutating,
    count_if(pause) OVER (ORDER BY event_time, event_id ROWS UNBOUNDED PRECEDING) + 1 AS burst
  FROM calls
)
SELECT
  burst,
  min(event_time) AS first_time,
  max(event_time) AS last_time,
  count(*) AS events,
  count(*) FILTER (WHERE mutating AND error_code IS NULL) AS writes,
  count(error_code) AS errors,
  count(DISTINCT operation) AS operations,
  list(DISTINCT source_ip ORDER BY source_ip) AS source_ips,
  count(DISTINCT user_agent) AS user_agents,
  list(DISTINCT region ORDER BY region) AS regions
FROM bursts
GROUP BY burst
ORDER BY burst;
