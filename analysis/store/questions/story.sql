-- The story: starred or noted events and findings, and what the analyst wrote, in order
-- of time. Marked events come with their UUIDs, by which the evidence finds them.
WITH asked AS (
  SELECT
    unnest(from_json(CAST(? AS JSON), '[{"id": "VARCHAR", "uuid": "UUID"}]'), recursive := true)
),
told AS MATERIALIZED (
  SELECT
    event_uuid,
    event_time,
    principal_arn,
    invoked_by,
    operation,
    error_code,
    source_ip
  FROM events
  WHERE event_uuid IN (SELECT uuid FROM asked)
),
named AS (
  SELECT
    event_uuid,
    list(DISTINCT coalesce(resource_arn, resource_id) ORDER BY coalesce(resource_arn, resource_id)) AS resources
  FROM event_resources
  WHERE event_uuid IN (SELECT uuid FROM asked)
  GROUP BY event_uuid
),
cited AS (
  SELECT
    v.event_id,
    list(f.finding_id ORDER BY f.severity_rank DESC, f.finding_id) AS findings,
    list_sort(list_distinct(flatten(list(f.attack)))) AS attack
  FROM finding_events AS v
  JOIN findings AS f ON f.finding_id = v.finding_id
  WHERE v.event_id IN (SELECT id FROM asked) AND f.status <> 'false positive' AND NOT f.gone
  GROUP BY v.event_id
)
SELECT
  entry_id,
  event_time,
  kind,
  id,
  who,
  what,
  place,
  note,
  tags,
  attack,
  findings,
  author
FROM (
  SELECT
    NULL AS entry_id,
    t.event_time,
    m.kind,
    m.id,
    coalesce(t.principal_arn, t.invoked_by) AS who,
    CASE
      WHEN t.event_uuid IS NULL THEN 'the evidence does not hold this event any more'
      WHEN t.error_code IS NOT NULL THEN t.operation || ' (' || t.error_code || ')'
      ELSE t.operation
    END AS what,
    concat_ws(', ', t.source_ip, n.resources[1], CASE WHEN len(n.resources) > 1 THEN '+' || (len(n.resources) - 1) END) AS place,
    m.note,
    m.tags,
    c.attack,
    c.findings,
    m.author
  FROM asked AS a
  JOIN marks AS m ON m.kind = 'event' AND m.id = a.id
  LEFT JOIN told AS t ON t.event_uuid = a.uuid
  LEFT JOIN named AS n ON n.event_uuid = a.uuid
  LEFT JOIN cited AS c ON c.event_id = a.id
  UNION ALL
  SELECT
    NULL,
    f.first_time,
    m.kind,
    m.id,
    f.principal_arn,
    coalesce(f.summary, f.title, 'the case does not hold this finding any more'),
    concat_ws(', ', f.source_ip, f.resource),
    coalesce(m.note, f.note),
    m.tags,
    f.attack,
    [m.id],
    m.author
  FROM marks AS m
  LEFT JOIN findings AS f ON f.finding_id = m.id
  WHERE m.kind = 'finding' AND (m.starred OR m.note IS NOT NULL)
  UNION ALL
  SELECT
    entry_id,
    event_time,
    kind,
    id,
    who,
    what,
    place,
    note,
    tags,
    NULL,
    NULL,
    author
  FROM story_entries
) AS lines
ORDER BY event_time NULLS LAST, kind NULLS LAST, id, entry_id;
