-- Principals at work. Asked over "acts", "baseline" and "flagged".
WITH asns AS (
  SELECT
    i.principal_arn,
    n.asn,
    min(a.known_since) AS known_since,
    sum(a.events) AS events
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  JOIN clients AS c ON c.client_id = a.client_id
  JOIN networks AS n ON n.source_ip = c.source_ip
  WHERE n.asn > 0
  GROUP BY ALL
),
moved AS (
  SELECT principal_arn, bool_or(known_since >= baseline.since AND events > 0) AS new_asn
  FROM asns, baseline
  GROUP BY principal_arn
),
found AS (
  SELECT value, count(DISTINCT finding_id) AS findings
  FROM flagged
  WHERE kind = 'principal_arn'
  GROUP BY value
),
summed AS (
  SELECT
    i.principal_arn,
    min(i.identity_type) AS identity_type,
    coalesce(nullif(split_part(i.principal_arn, ':', 5), ''), min(i.caller_account_id)) AS account_id,
    min(a.first_seen) AS first_seen,
    max(a.last_seen) AS last_seen,
    CAST(sum(a.events) AS BIGINT) AS events,
    CAST(sum(a.failed) AS BIGINT) AS failed,
    CAST(sum(a.writes) AS BIGINT) AS writes,
    count(DISTINCT a.operation) FILTER (WHERE a.events > 0) AS operations,
    count(DISTINCT c.source_ip) FILTER (WHERE a.events > 0) AS ips,
    count(DISTINCT a.region) FILTER (WHERE a.events > 0) AS regions,
    count(DISTINCT i.access_key_id) FILTER (WHERE a.events > 0) AS "keys",
    count(DISTINCT i.session_name) FILTER (WHERE a.events > 0) AS sessions,
    min(a.known_since) AS known_since
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  JOIN clients AS c ON c.client_id = a.client_id
  WHERE i.principal_arn IS NOT NULL
  GROUP BY i.principal_arn
)
SELECT
  s.principal_arn,
  s.identity_type,
  s.account_id,
  s.first_seen,
  s.last_seen,
  s.events,
  s.failed,
  s.writes,
  s.operations,
  s.ips,
  s.regions,
  s."keys",
  s.sessions,
  coalesce(f.findings, 0) AS findings,
  coalesce(s.known_since >= b.since, false) AS new,
  coalesce(m.new_asn, false) AS new_asn,
  s.known_since
FROM summed AS s
CROSS JOIN baseline AS b
LEFT JOIN found AS f ON f.value = s.principal_arn
LEFT JOIN moved AS m ON m.principal_arn = s.principal_arn
WHERE s.events > 0
