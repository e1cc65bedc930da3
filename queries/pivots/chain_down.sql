-- id: pivots_chain_down
-- title: Every credential derived from it
-- subject: [principal_arn, access_key_id, session_name]
-- answers: [Q03]
-- requires: [management]
-- description: >
--   The role chain downwards: what the subject was issued, what was issued to that, and
--   so on, ten steps deep, with how much each credential did. A step into another account
--   is there when the log of the account that asked, or of the role's, is in the case. 5,000
--   rows.

WITH RECURSIVE calls AS (
  SELECT DISTINCT
    coalesce(shared_event_id, event_id) AS call_id,
    event_time,
    operation,
    account_id,
    issued_key,
    parent_key,
    role_arn,
    session_arn,
    session_name,
    principal_arn,
    source_ip,
    event_id
  FROM sessions
  WHERE issued_key IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY issued_key ORDER BY parent_key IS NULL, event_id) = 1
),
chain AS (
  SELECT
    1 AS depth,
    c.issued_key,
    c.parent_key,
    c.role_arn,
    c.session_arn,
    c.operation,
    c.account_id,
    c.source_ip,
    c.event_time,
    c.event_id
  FROM calls AS c
  JOIN subject AS s
    ON (s.kind = 'access_key_id' AND s.value = c.parent_key)
    OR (s.kind = 'principal_arn' AND s.value = c.principal_arn)
    OR (s.kind = 'session_name' AND s.value = c.session_name)
  UNION
  SELECT
    p.depth + 1,
    c.issued_key,
    c.parent_key,
    c.role_arn,
    c.session_arn,
    c.operation,
    c.account_id,
    c.source_ip,
    c.event_time,
    c.event_id
  FROM chain AS p
  JOIN calls AS c ON c.parent_key = p.issued_key
  WHERE p.depth < 10
),
uses AS (
  SELECT
    access_key_id,
    count(*) AS events,
    count(*) FILTER (WHERE mutating AND error_code IS NULL) AS writes,
    count(error_code) AS errors,
    max(event_time) AS last_used
  FROM events
  WHERE access_key_id IN (SELECT issued_key FROM chain)
  GROUP BY access_key_id
)
SELECT
  min(c.depth) AS depth,
  c.event_time AS issued_at,
  c.operation,
  c.parent_key,
  c.issued_key,
  c.role_arn,
  c.session_arn,
  c.account_id,
  c.source_ip,
  coalesce(u.events, 0) AS events,
  coalesce(u.writes, 0) AS writes,
  coalesce(u.errors, 0) AS errors,
  u.last_used,
  c.event_id
FROM chain AS c
LEFT JOIN uses AS u ON u.access_key_id = c.issued_key
GROUP BY ALL
ORDER BY
  issued_at,
  depth,
  c.issued_key
LIMIT 5000;
