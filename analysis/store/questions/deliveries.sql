-- Every copy of one event and where its record stands; the copy kept comes first.
WITH copies AS (
  SELECT
    object_id,
    record_number,
    record_offset,
    record_length,
    record_hash,
    true AS kept
  FROM cloudtrail_events
  WHERE event_uuid = CAST(? AS UUID)
  UNION ALL
  SELECT
    object_id,
    record_number,
    record_offset,
    record_length,
    record_hash,
    true
  FROM aggregated_records
  WHERE event_uuid = CAST(? AS UUID)
  UNION ALL
  SELECT
    object_id,
    record_number,
    record_offset,
    record_length,
    record_hash,
    false
  FROM event_copies
  WHERE event_uuid = CAST(? AS UUID)
)
SELECT
  copies.object_id,
  o.uri,
  o.status,
  o.delivered_at,
  o.sha256,
  copies.record_number,
  copies.record_offset,
  copies.record_length,
  copies.kept,
  copies.record_hash <> first_value(copies.record_hash) OVER (ORDER BY copies.kept DESC) AS differs,
  EXISTS (FROM object_bodies AS b WHERE b.object_id = copies.object_id) AS has_body
FROM copies
JOIN log_objects AS o ON o.object_id = copies.object_id
ORDER BY copies.kept DESC, o.uri, copies.record_number;
