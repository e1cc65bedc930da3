-- id: pivots_created_keys_used
-- title: What was done with the keys it created
-- subject: [principal_arn, access_key_id, session_name, source_ip]
-- answers: [Q02]
-- requires: [management]
-- description: >
--   The second hop: every access key that the subject made for a user, and what was
--   called with it, by operation. A key that no call was logged for is listed with
--   operation NULL. Sign-ins of the users it gave a password to are in the same list.

WITH mine AS (
  SELECT
    e.event_uuid
  FROM events AS e
  JOIN subject AS s
    ON (s.kind = 'principal_arn' AND s.value IN (e.principal_arn, e.identity_arn))
    OR (s.kind = 'access_key_id' AND s.value = e.access_key_id)
    OR (s.kind = 'session_name' AND s.value = e.session_name)
    OR (s.kind = 'source_ip' AND s.value = e.source_ip)
),
made AS (
  SELECT
    e.event_time AS created_at,
    coalesce(e.response_elements ->> '$.accessKey.userName', e.request_parameters ->> '$.userName') AS user_name,
    e.account_id,
    e.issued_access_key_id AS access_key_id
  FROM events AS e
  JOIN mine AS m ON m.event_uuid = e.event_uuid
  WHERE e.operation IN ('iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile')
    AND e.error_code IS NULL
),
uses AS (
  SELECT
    k.access_key_id,
    e.operation,
    e.source_ip,
    e.user_agent,
    e.error_code,
    e.event_time
  FROM made AS k
  JOIN events AS e ON e.access_key_id = k.access_key_id
  WHERE k.access_key_id IS NOT NULL
),
sign_ins AS (
  SELECT
    k.user_name,
    k.account_id,
    e.operation,
    e.source_ip,
    e.user_agent,
    CASE WHEN (e.response_elements ->> '$.ConsoleLogin') = 'Failure' THEN 'Failure' ELSE e.error_code END AS error_code,
    e.event_time
  FROM made AS k
  JOIN events AS e
    ON e.account_id = k.account_id
    AND e.principal_arn LIKE 'arn:%:user/%'
    AND regexp_extract(e.principal_arn, '[^/]+$') = k.user_name
    AND e.event_time >= k.created_at
  WHERE k.access_key_id IS NULL
    AND e.operation = 'signin:ConsoleLogin'
)
SELECT
  k.created_at,
  k.user_name,
  CASE WHEN k.access_key_id IS NULL THEN 'password' ELSE 'access key' END AS credential,
  k.access_key_id,
  coalesce(u.operation, s.operation) AS operation,
  count(coalesce(u.event_time, s.event_time)) AS calls,
  count(coalesce(u.error_code, s.error_code)) AS errors,
  list(DISTINCT coalesce(u.source_ip, s.source_ip) ORDER BY coalesce(u.source_ip, s.source_ip))
    FILTER (WHERE coalesce(u.source_ip, s.source_ip) IS NOT NULL) AS source_ips,
  list(DISTINCT coalesce(u.user_agent, s.user_agent) ORDER BY coalesce(u.user_agent, s.user_agent))
    FILTER (WHERE coalesce(u.user_agent, s.user_agent) IS NOT NULL) AS user_agents,
  min(coalesce(u.event_time, s.event_time)) AS first_time,
  max(coalesce(u.event_time, s.event_time)) AS last_time
FROM made AS k
LEFT JOIN uses AS u ON u.access_key_id = k.access_key_id
LEFT JOIN sign_ins AS s ON k.access_key_id IS NULL AND s.user_name = k.user_name AND s.account_id = k.account_id
GROUP BY
  k.created_at,
  k.user_name,
  k.access_key_id,
  coalesce(u.operation, s.operation)
ORDER BY
  k.created_at,
  k.access_key_id,
  first_time,
  operation;
