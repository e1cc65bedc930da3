-- Source addresses, and the services that stand in the place of one. Asked over "acts",
-- "baseline" and "flagged".
WITH found AS (
  SELECT value, count(DISTINCT finding_id) AS findings
  FROM flagged
  WHERE kind = 'source_ip'
  GROUP BY value
),
summed AS (
  SELECT
    c.source_ip,
    min(c.source_ip_hi) AS source_ip_hi,
    min(c.source_ip_lo) AS source_ip_lo,
    min(a.first_seen) AS first_seen,
    max(a.last_seen) AS last_seen,
    CAST(sum(a.events) AS BIGINT) AS events,
    CAST(sum(a.failed) AS BIGINT) AS failed,
    CAST(sum(a.writes) AS BIGINT) AS writes,
    count(DISTINCT i.principal_arn) FILTER (WHERE a.events > 0) AS principals,
    count(DISTINCT a.account_id) FILTER (WHERE a.events > 0) AS accounts,
    count(DISTINCT a.region) FILTER (WHERE a.events > 0) AS regions,
    count(DISTINCT c.user_agent) FILTER (WHERE a.events > 0) AS agents,
    min(a.known_since) AS known_since
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  JOIN clients AS c ON c.client_id = a.client_id
  WHERE c.source_ip IS NOT NULL
  GROUP BY c.source_ip
)
SELECT
  s.source_ip,
  n.tag,
  coalesce(n.service, CASE WHEN s.source_ip_hi IS NULL THEN s.source_ip END) AS service,
  n.asn,
  n.as_name,
  n.country,
  n.city,
  n.private,
  s.first_seen,
  s.last_seen,
  s.events,
  s.failed,
  s.writes,
  s.principals,
  s.accounts,
  s.regions,
  s.agents,
  coalesce(f.findings, 0) AS findings,
  coalesce(s.known_since >= b.since, false) AS new,
  s.known_since,
  s.source_ip_hi,
  s.source_ip_lo
FROM summed AS s
CROSS JOIN baseline AS b
LEFT JOIN networks AS n ON n.source_ip = s.source_ip
LEFT JOIN found AS f ON f.value = s.source_ip
WHERE s.events > 0
