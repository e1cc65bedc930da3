-- id: pivots_same_client
-- title: Who else came from the same address or with the same user agent
-- subject: [principal_arn, access_key_id, session_name, source_ip, user_agent]
-- answers: [Q06]
-- description: >
--   Other principals and keys that share an address with the subject, or a user agent
--   that fewer than ten principals of the case use (common ones say nothing). Addresses
--   are left out where an AWS service called. For an address or user agent itself: all
--   who used it. Ordered by what they share.

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
clients AS (
  SELECT
    e.source_ip,
    e.user_agent,
    e.principal_arn,
    e.access_key_id,
    e.identity_type,
    e.source_ip_hi IS NOT NULL AS real_address,
    count(m.event_uuid) AS own,
    count(*) AS events,
    min(e.event_time) AS first_time,
    max(e.event_time) AS last_time
  FROM events AS e
  LEFT JOIN mine AS m ON m.event_uuid = e.event_uuid
  GROUP BY ALL
),
addresses AS (
  SELECT DISTINCT
    source_ip
  FROM clients
  WHERE own > 0
    AND real_address
),
agents AS (
  SELECT
    user_agent
  FROM clients
  WHERE real_address
  GROUP BY user_agent
  HAVING sum(own) > 0
    AND count(DISTINCT principal_arn) < 10
),
own_keys AS (
  SELECT DISTINCT
    c.principal_arn,
    c.access_key_id
  FROM clients AS c
  JOIN subject AS s ON s.kind NOT IN ('source_ip', 'user_agent')
  WHERE c.own > 0
)
SELECT
  c.principal_arn,
  c.access_key_id,
  count(a.source_ip) > 0 AS same_address,
  count(g.user_agent) > 0 AS same_user_agent,
  list(DISTINCT c.source_ip ORDER BY c.source_ip) AS source_ips,
  list(DISTINCT c.user_agent ORDER BY c.user_agent) AS user_agents,
  sum(c.events) AS events,
  min(c.first_time) AS first_time,
  max(c.last_time) AS last_time
FROM clients AS c
LEFT JOIN addresses AS a ON a.source_ip = c.source_ip
LEFT JOIN agents AS g ON g.user_agent = c.user_agent
WHERE c.real_address
  AND (a.source_ip IS NOT NULL OR g.user_agent IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1
    FROM own_keys AS o
    WHERE o.principal_arn IS NOT DISTINCT FROM c.principal_arn
      AND o.access_key_id IS NOT DISTINCT FROM c.access_key_id
  )
GROUP BY
  c.principal_arn,
  c.access_key_id
ORDER BY
  same_address AND same_user_agent DESC,
  same_address DESC,
  events DESC,
  c.principal_arn,
  c.access_key_id
LIMIT 1000;
