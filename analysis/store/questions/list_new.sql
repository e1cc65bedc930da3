-- What was seen for the first time at or after the baseline, in the whole case, and is in
-- scope. Asked over "acts" and "baseline". Temporary keys are always new, so keys are
-- long-term ones.
WITH doings AS (
  SELECT
    a.account_id,
    a.region,
    a.event_source,
    a.operation,
    a.events,
    a.failed,
    a.last_seen,
    a.known_since,
    i.identity_type,
    i.principal_arn,
    i.access_key_id,
    c.source_ip,
    c.source_ip_hi,
    c.user_agent
  FROM acts AS a
  JOIN identities AS i ON i.identity_id = a.identity_id
  JOIN clients AS c ON c.client_id = a.client_id
),
seen AS (
  SELECT
    'ip' AS kind,
    source_ip AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE source_ip_hi IS NOT NULL
  GROUP BY source_ip
  UNION ALL
  SELECT
    'key' AS kind,
    access_key_id AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE starts_with(access_key_id, 'AKIA')
  GROUP BY access_key_id
  UNION ALL
  SELECT
    'principal' AS kind,
    principal_arn AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE principal_arn IS NOT NULL AND identity_type IS DISTINCT FROM 'AWSService'
  GROUP BY principal_arn
  UNION ALL
  SELECT
    'region' AS kind,
    region AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE region IS NOT NULL
  GROUP BY region
  UNION ALL
  SELECT
    'operation' AS kind,
    operation AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE operation IS NOT NULL
  GROUP BY operation
  UNION ALL
  SELECT
    'agent' AS kind,
    user_agent AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE user_agent IS NOT NULL
  GROUP BY user_agent
  UNION ALL
  SELECT
    'account' AS kind,
    account_id AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE account_id IS NOT NULL
  GROUP BY account_id
  UNION ALL
  SELECT
    'service' AS kind,
    event_source AS value,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(failed) AS BIGINT) AS failed,
    max(last_seen) AS last_seen,
    min(known_since) AS known_since
  FROM doings
  WHERE event_source IS NOT NULL
  GROUP BY event_source
),
late AS (
  SELECT s.*
  FROM seen AS s
  CROSS JOIN baseline AS b
  WHERE s.events > 0 AND s.known_since >= b.since
),
-- Of several events at the same time, the one with the least id.
firsts AS (
  SELECT
    s.kind,
    s.value,
    min(e.event_uuid) AS first_uuid
  FROM late AS s
  JOIN cloudtrail_events AS e ON e.event_time = s.known_since
  JOIN identities AS i ON i.identity_id = e.identity_id
  JOIN clients AS c ON c.client_id = e.client_id
  WHERE s.value = CASE s.kind
    WHEN 'ip' THEN c.source_ip
    WHEN 'key' THEN i.access_key_id
    WHEN 'principal' THEN i.principal_arn
    WHEN 'region' THEN e.region
    WHEN 'operation' THEN e.operation
    WHEN 'agent' THEN c.user_agent
    WHEN 'account' THEN e.account_id
    WHEN 'service' THEN e.event_source
  END
  GROUP BY s.kind, s.value
)
SELECT
  s.kind,
  s.value,
  s.known_since AS first_seen,
  s.last_seen,
  s.events,
  s.failed,
  concat_ws(' ', e.operation, 'by ' || i.principal_arn, 'from ' || c.source_ip, 'in ' || e.region) AS detail,
  coalesce(e.event_id_text, CAST(e.event_uuid AS VARCHAR)) AS event_id
FROM late AS s
JOIN firsts AS f ON f.kind = s.kind AND f.value = s.value
LEFT JOIN (
  SELECT *
  FROM cloudtrail_events
  WHERE event_uuid IN (SELECT first_uuid FROM firsts)
) AS e ON e.event_uuid = f.first_uuid
LEFT JOIN identities AS i ON i.identity_id = e.identity_id
LEFT JOIN clients AS c ON c.client_id = e.client_id
