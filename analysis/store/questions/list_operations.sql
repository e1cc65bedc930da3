-- Operations, with who called them and how often it failed. Asked over "acts" and
-- "baseline".
WITH summed AS (
  SELECT
    a.operation,
    min(a.event_source) AS event_source,
    bool_or(a.writes > 0) AS mutating,
    min(a.first_seen) AS first_seen,
    max(a.last_seen) AS last_seen,
    CAST(sum(a.events) AS BIGINT) AS events,
    CAST(sum(a.failed) AS BIGINT) AS failed,
    CAST(sum(a.writes) AS BIGINT) AS writes,
    count(DISTINCT i.principal_arn) FILTER (WHERE a.events > 0) AS principals,
    count(DISTINCT c.source_ip) FILTER (WHERE a.events > 0) AS ips,
    count(DISTINCT a.account_id) FILTER (WHERE a.events > 0) AS accounts,
    count(DISTINCT a.region) FILTER (WHERE a.events > 0) AS regions,
    min(a.known_since) AS known_since
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  JOIN clients AS c ON c.client_id = a.client_id
  WHERE a.operation IS NOT NULL
  GROUP BY a.operation
)
SELECT
  s.operation,
  s.event_source,
  s.mutating,
  s.first_seen,
  s.last_seen,
  s.events,
  s.failed,
  s.writes,
  s.principals,
  s.ips,
  s.accounts,
  s.regions,
  coalesce(s.known_since >= b.since, false) AS new,
  s.known_since
FROM summed AS s
CROSS JOIN baseline AS b
WHERE s.events > 0
