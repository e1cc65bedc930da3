-- Access keys at work. Asked over "acts", "baseline" and "flagged".
WITH issued AS (
  SELECT
    issued_key,
    event_time,
    parent_key
  FROM issued_sessions
  WHERE issued_key IS NOT NULL
  UNION ALL
  SELECT
    e.issued_access_key_id,
    e.event_time,
    i.access_key_id
  FROM cloudtrail_events AS e
  JOIN identities AS i ON i.identity_id = e.identity_id
  WHERE e.operation = 'iam:CreateAccessKey'
    AND e.error_code IS NULL
    AND e.issued_access_key_id IS NOT NULL
),
issues AS (
  SELECT
    issued_key,
    min(event_time) AS issued_at,
    min(parent_key) AS issued_by
  FROM issued
  GROUP BY issued_key
),
found AS (
  SELECT value, count(DISTINCT finding_id) AS findings
  FROM flagged
  WHERE kind = 'access_key_id'
  GROUP BY value
),
summed AS (
  SELECT
    i.access_key_id,
    min(i.principal_arn) AS principal_arn,
    min(i.session_name) AS session_name,
    min(i.caller_account_id) AS account_id,
    min(a.first_seen) AS first_seen,
    max(a.last_seen) AS last_seen,
    CAST(sum(a.events) AS BIGINT) AS events,
    CAST(sum(a.failed) AS BIGINT) AS failed,
    CAST(sum(a.writes) AS BIGINT) AS writes,
    count(DISTINCT a.operation) FILTER (WHERE a.events > 0) AS operations,
    count(DISTINCT c.source_ip) FILTER (WHERE a.events > 0) AS ips,
    min(a.known_since) AS known_since
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  JOIN clients AS c ON c.client_id = a.client_id
  WHERE i.access_key_id IS NOT NULL
  GROUP BY i.access_key_id
)
SELECT
  s.access_key_id,
  CASE
    WHEN starts_with(s.access_key_id, 'AKIA') THEN 'long-term'
    WHEN starts_with(s.access_key_id, 'ASIA') THEN 'temporary'
  END AS kind,
  s.principal_arn,
  s.session_name,
  s.account_id,
  u.issued_at,
  u.issued_by,
  s.first_seen,
  s.last_seen,
  s.events,
  s.failed,
  s.writes,
  s.operations,
  s.ips,
  coalesce(f.findings, 0) AS findings,
  coalesce(s.known_since >= b.since, false) AS new,
  s.known_since
FROM summed AS s
CROSS JOIN baseline AS b
LEFT JOIN issues AS u ON u.issued_key = s.access_key_id
LEFT JOIN found AS f ON f.value = s.access_key_id
WHERE s.events > 0
