-- Calls that issued credentials, and sign-ins, with what was done with the issued key.
-- Asked over "acts", and "sessions" of the scope.
WITH used AS (
  SELECT
    i.access_key_id,
    max(a.last_seen) AS last_seen,
    CAST(sum(a.events) AS BIGINT) AS events,
    CAST(sum(a.failed) AS BIGINT) AS failed
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  WHERE i.access_key_id IN (SELECT issued_key FROM sessions)
  GROUP BY i.access_key_id
)
SELECT
  s.event_time,
  s.operation,
  s.issued_key,
  s.role_arn,
  s.session_name,
  s.principal_arn,
  s.parent_key,
  s.account_id,
  s.region,
  s.source_ip,
  s.user_agent,
  s.expires_at,
  CASE WHEN s.issued_key IS NOT NULL THEN coalesce(u.events, 0) END AS events,
  CASE WHEN s.issued_key IS NOT NULL THEN coalesce(u.failed, 0) END AS failed,
  u.last_seen,
  s.session_arn,
  s.source_identity,
  s.subject,
  s.sign_in_session_arn,
  s.identity_type,
  s.caller_account_id,
  s.invoked_by,
  s.mfa_authenticated,
  s.shared_event_id,
  s.event_id,
  c.source_ip_hi,
  c.source_ip_lo,
  s.event_uuid
FROM sessions AS s
LEFT JOIN used AS u ON u.access_key_id = s.issued_key
LEFT JOIN (
  SELECT
    source_ip,
    min(source_ip_hi) AS source_ip_hi,
    min(source_ip_lo) AS source_ip_lo
  FROM clients
  GROUP BY source_ip
) AS c ON c.source_ip = s.source_ip
