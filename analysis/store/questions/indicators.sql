-- Values that belong to the attack: entities of confirmed findings, and what the analyst
-- starred or tagged. The regions of a finding and the accounts that the case has logs of
-- are where it happened, not who did it: they count only where they are marked.
WITH marked AS (
  SELECT
    CASE kind
      WHEN 'principal' THEN 'principal_arn'
      WHEN 'key' THEN 'access_key_id'
      WHEN 'ip' THEN 'source_ip'
      WHEN 'resource' THEN 'resource'
      WHEN 'account' THEN 'account_id'
    END AS kind,
    id AS value,
    CASE WHEN len(tags) > 0 THEN 'tagged ' || array_to_string(tags, ', ') ELSE 'starred' END AS why
  FROM marks
  WHERE kind IN ('principal', 'key', 'ip', 'resource', 'account') AND (starred OR len(tags) > 0)
),
confirmed AS (
  SELECT
    e.kind,
    e.value,
    arg_max('finding ' || f.finding_id || ' ' || f.title, f.severity_rank) AS why
  FROM finding_entities AS e
  JOIN (SELECT * FROM findings WHERE status = 'confirmed' ORDER BY finding_id) AS f ON f.finding_id = e.finding_id
  WHERE e.kind <> 'region'
    AND NOT (e.kind = 'account_id' AND e.value IN (SELECT account_id FROM accounts WHERE account_id IS NOT NULL))
  GROUP BY e.kind, e.value
),
named AS MATERIALIZED (
  SELECT
    coalesce(m.kind, c.kind) AS kind,
    coalesce(m.value, c.value) AS value,
    concat_ws('; ', m.why, c.why) AS why
  FROM marked AS m
  FULL JOIN confirmed AS c ON c.kind = m.kind AND c.value = m.value
),
seen AS (
  SELECT
    kind,
    value,
    count(DISTINCT event_uuid) AS events,
    min(event_time) AS first,
    max(event_time) AS last
  FROM (
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN events AS e ON e.principal_arn = n.value
    WHERE n.kind = 'principal_arn'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN events AS e ON e.access_key_id = n.value
    WHERE n.kind = 'access_key_id'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN events AS e ON e.source_ip = n.value
    WHERE n.kind = 'source_ip'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN events AS e ON e.user_agent = n.value
    WHERE n.kind = 'user_agent'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN events AS e ON e.account_id = n.value
    WHERE n.kind = 'account_id'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN events AS e ON e.caller_account_id = n.value
    WHERE n.kind = 'account_id'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN event_resources AS e ON e.resource_arn = n.value
    WHERE n.kind = 'resource'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN event_resources AS e ON e.resource_id = n.value
    WHERE n.kind = 'resource'
    UNION ALL
    SELECT
      n.kind,
      n.value,
      e.event_uuid,
      e.event_time
    FROM named AS n
    JOIN event_resources AS e ON e.resource_type || ' ' || e.resource_id = n.value
    WHERE n.kind = 'resource'
  )
  GROUP BY kind, value
)
SELECT
  n.kind,
  n.value,
  coalesce(s.events, 0) AS events,
  s.first AS first_seen,
  s.last AS last_seen,
  n.why
FROM named AS n
LEFT JOIN seen AS s ON s.kind = n.kind AND s.value = n.value
ORDER BY list_position(['principal_arn', 'access_key_id', 'source_ip', 'resource', 'account_id', 'user_agent'], n.kind), s.first NULLS LAST, n.value;
