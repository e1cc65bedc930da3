-- id: reports_keys_turned_into_sessions
-- title: Console sessions and tokens made from keys
-- answers: [Q16]
-- requires: [management]
-- description: >
--   Calls that turn a key into a session: a federation token, a session token, a sign-in
--   token for the console, temporary root credentials. Of each: the kind of key that
--   asked, the key that was issued and what was done with it, in the console or not. A
--   session made so lives on when the key is disabled. 5,000 rows.

WITH calls AS (
  SELECT
    event_time,
    event_id,
    account_id,
    operation,
    error_code,
    principal_arn,
    access_key_id,
    coalesce(issued_access_key_id, response_elements ->> '$.credentials.accessKeyId') AS issued_key,
    coalesce(
      request_parameters ->> '$.name',
      request_parameters ->> '$.targetPrincipal'
    ) AS session_name,
    source_ip,
    user_agent
  FROM events
  WHERE operation IN ('sts:GetFederationToken', 'sts:GetSessionToken', 'sts:AssumeRoot', 'signin:GetSigninToken')
),
uses AS (
  SELECT
    access_key_id,
    count(*) AS events,
    count(*) FILTER (WHERE session_from_console) AS console_events,
    count(*) FILTER (WHERE mutating AND error_code IS NULL) AS writes,
    count(error_code) AS errors,
    max(event_time) AS last_time
  FROM events
  WHERE access_key_id IN (SELECT issued_key FROM calls)
  GROUP BY access_key_id
)
SELECT
  c.event_time,
  c.account_id,
  c.operation,
  CASE WHEN c.error_code IS NULL THEN 'issued' ELSE c.error_code END AS outcome,
  c.principal_arn,
  c.access_key_id,
  CASE
    WHEN starts_with(c.access_key_id, 'AKIA') THEN 'long-term'
    WHEN starts_with(c.access_key_id, 'ASIA') THEN 'temporary'
  END AS key_kind,
  c.session_name,
  c.issued_key,
  coalesce(u.events, 0) AS events,
  coalesce(u.console_events, 0) AS console_events,
  coalesce(u.writes, 0) AS writes,
  coalesce(u.errors, 0) AS errors,
  u.last_time AS last_used,
  c.source_ip,
  c.user_agent,
  c.event_id
FROM calls AS c
LEFT JOIN uses AS u ON u.access_key_id = c.issued_key
ORDER BY
  c.event_time,
  c.event_id
LIMIT 5000;
