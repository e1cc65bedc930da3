-- Resources that events name. Asked over "named", "baseline", "flagged", "looks" and
-- "failing". An event names a resource_no once; several are one resource, where only some
-- records have its ARN. A finding names a resource by its id or its ARN; so do a look and a
-- posture check, which know its type and account, too.
WITH found AS (
  SELECT value, count(DISTINCT finding_id) AS findings
  FROM flagged
  WHERE kind = 'resource'
  GROUP BY value
),
counted AS (
  SELECT
    resource_no,
    count(*) FILTER (WHERE in_scope) AS events,
    count(*) FILTER (WHERE in_scope AND writes) AS writes,
    min(event_time) FILTER (WHERE in_scope) AS first_seen,
    max(event_time) FILTER (WHERE in_scope) AS last_seen,
    max({'at': event_time, 'uuid': event_uuid}) FILTER (WHERE in_scope AND writes) AS written,
    min({'at': event_time, 'uuid': event_uuid}) FILTER (WHERE action = 'created') AS created,
    max(event_time) FILTER (WHERE in_scope AND action = 'modified') AS modified_at,
    max(event_time) FILTER (WHERE in_scope AND action = 'deleted') AS deleted_at,
    min(event_time) AS known_since
  FROM named
  GROUP BY resource_no
),
summed AS (
  SELECT
    n.resource_type,
    n.resource_id,
    n.account_id,
    n.region,
    max(n.resource_arn) AS resource_arn,
    CAST(sum(c.events) AS BIGINT) AS events,
    CAST(sum(c.writes) AS BIGINT) AS writes,
    min(c.first_seen) AS first_seen,
    max(c.last_seen) AS last_seen,
    max(c.written) AS written,
    min(c.created) AS created,
    max(c.modified_at) AS modified_at,
    max(c.deleted_at) AS deleted_at,
    min(c.known_since) AS known_since
  FROM counted AS c
  JOIN named_resources AS n ON n.resource_no = c.resource_no
  GROUP BY ALL
),
wrote AS (
  SELECT
    e.event_uuid,
    e.operation,
    i.principal_arn
  FROM cloudtrail_events AS e
  JOIN identities AS i ON i.identity_id = e.identity_id
  WHERE e.event_uuid IN (SELECT written.uuid FROM summed UNION SELECT created.uuid FROM summed)
),
looked AS (
  SELECT
    resource_arn,
    arg_max(status, captured_at) AS live,
    max(captured_at) AS looked_at
  FROM looks
  WHERE resource_arn IS NOT NULL
  GROUP BY resource_arn
),
looked_by_id AS (
  SELECT
    resource_type,
    resource_id,
    account_id,
    max(resource_arn) AS resource_arn,
    arg_max(status, captured_at) AS live,
    max(captured_at) AS looked_at
  FROM looks
  GROUP BY resource_type, resource_id, account_id
),
fails AS (
  SELECT
    resource_arn,
    count(*) AS failing
  FROM failing
  WHERE resource_arn IS NOT NULL
  GROUP BY resource_arn
),
fails_by_id AS (
  SELECT
    resource_type,
    resource_id,
    account_id,
    max(resource_arn) AS resource_arn,
    count(*) AS failing
  FROM failing
  GROUP BY resource_type, resource_id, account_id
),
keyed AS (
  SELECT
    *,
    coalesce(resource_arn, concat_ws(' ', resource_type, resource_id)) AS name
  FROM summed
  WHERE events > 0
)
SELECT
  s.resource_type,
  s.resource_id,
  s.account_id,
  s.region,
  s.resource_arn,
  s.writes,
  s.written.at AS last_write_at,
  w.principal_arn AS last_write_by,
  w.operation AS last_write_operation,
  s.first_seen,
  s.last_seen,
  s.created.at AS created_at,
  m.principal_arn AS created_by,
  s.modified_at,
  s.deleted_at,
  s.events,
  coalesce(f.findings, 0) + coalesce(g.findings, 0) AS findings,
  coalesce(s.known_since >= b.since, false) AS new,
  s.known_since,
  coalesce(l.live, i.live) AS live,
  coalesce(l.looked_at, i.looked_at) AS looked_at,
  coalesce(p.failing, q.failing, 0) AS failing,
  -- One ARN can stand for several rows, where records do not agree on the region.
  CASE
    WHEN row_number() OVER (PARTITION BY s.name ORDER BY s.events DESC, s.account_id, s.region) = 1 THEN s.name
    ELSE concat_ws(' ', s.name, coalesce(s.resource_type, '-'), coalesce(s.account_id, '-'), coalesce(s.region, '-'), s.resource_id)
  END AS row_key
FROM keyed AS s
CROSS JOIN baseline AS b
LEFT JOIN wrote AS w ON w.event_uuid = s.written.uuid
LEFT JOIN wrote AS m ON m.event_uuid = s.created.uuid
LEFT JOIN found AS f ON f.value = s.resource_id
LEFT JOIN found AS g ON g.value = s.resource_arn AND s.resource_arn <> s.resource_id
LEFT JOIN looked AS l ON l.resource_arn = s.resource_arn
LEFT JOIN looked_by_id AS i
  ON i.resource_type = s.resource_type AND i.resource_id = s.resource_id AND i.account_id = s.account_id
  AND (i.resource_arn IS NULL OR s.resource_arn IS NULL)
LEFT JOIN fails AS p ON p.resource_arn = s.resource_arn
LEFT JOIN fails_by_id AS q
  ON q.resource_type = s.resource_type AND q.resource_id = s.resource_id AND q.account_id = s.account_id
  AND (q.resource_arn IS NULL OR s.resource_arn IS NULL)
