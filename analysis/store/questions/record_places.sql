-- Where the record of each event stands: of the copy kept, or where the bytes of its
-- object are not in the case, of one whose bytes are.
WITH asked AS (
  SELECT
    event_uuid
  FROM events
),
kept AS (
  SELECT DISTINCT
    object_id
  FROM object_bodies
),
copies AS (
  SELECT
    event_uuid,
    object_id,
    record_offset,
    record_length,
    true AS first
  FROM cloudtrail_events
  WHERE event_uuid IN (SELECT event_uuid FROM asked)
  UNION ALL
  SELECT
    event_uuid,
    object_id,
    record_offset,
    record_length,
    false
  FROM event_copies
  WHERE event_uuid IN (SELECT event_uuid FROM asked)
)
SELECT
  c.object_id,
  c.record_offset,
  c.record_length,
  k.object_id IS NOT NULL AS has_body,
  o.uri
FROM copies AS c
JOIN log_objects AS o ON o.object_id = c.object_id
LEFT JOIN kept AS k ON k.object_id = c.object_id
QUALIFY row_number() OVER (PARTITION BY c.event_uuid ORDER BY k.object_id IS NOT NULL DESC, c.first DESC, o.uri) = 1
ORDER BY o.uri, c.object_id, c.record_offset;
