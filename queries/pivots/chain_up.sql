-- id: pivots_chain_up
-- title: Where its credentials came from
-- subject: [access_key_id, session_name, principal_arn]
-- answers: [Q04]
-- requires: [management]
-- description: >
--   From a session back to the person or workload that began it, ten steps at most. For
--   a role, every session of it is followed. origin marks the last step that the logs
--   know: beyond it stands the identity in asked_by, or an account whose logs are not in the
--   case. 1,000 rows.

WITH RECURSIVE calls AS (
  SELECT
    event_time,
    operation,
    account_id,
    issued_key,
    parent_key,
    role_arn,
    session_arn,
    session_name,
    source_identity,
    subject AS token_subject,
    identity_type,
    principal_arn,
    caller_account_id,
    mfa_authenticated,
    source_ip,
    user_agent,
    event_id
  FROM sessions
  WHERE issued_key IS NOT NULL
  -- The caller's copy of a call between accounts knows the key that asked.
  QUALIFY row_number() OVER (PARTITION BY issued_key ORDER BY parent_key IS NULL, event_id) = 1
),
chain AS (
  SELECT
    1 AS step,
    c.issued_key AS from_key,
    c.issued_key,
    c.parent_key
  FROM calls AS c
  JOIN subject AS s
    ON (s.kind = 'access_key_id' AND s.value = c.issued_key)
    OR (s.kind = 'session_name' AND s.value = c.session_name)
    OR (s.kind = 'principal_arn' AND s.value IN (c.role_arn, c.session_arn))
  UNION
  SELECT
    p.step + 1,
    p.from_key,
    c.issued_key,
    c.parent_key
  FROM chain AS p
  JOIN calls AS c ON c.issued_key = p.parent_key
  WHERE p.step < 10
)
SELECT
  p.from_key,
  p.step,
  c.event_time AS issued_at,
  c.operation,
  c.issued_key,
  c.role_arn,
  c.session_name,
  c.identity_type AS asked_by_type,
  c.principal_arn AS asked_by,
  c.parent_key,
  c.caller_account_id,
  c.token_subject,
  c.source_identity,
  c.mfa_authenticated,
  c.source_ip,
  c.user_agent,
  NOT EXISTS (
    SELECT 1 FROM calls AS above WHERE above.issued_key = c.parent_key
  ) AS origin,
  c.event_id
FROM chain AS p
JOIN calls AS c ON c.issued_key = p.issued_key
ORDER BY
  p.from_key,
  p.step
LIMIT 1000;
