-- The same without bounds, and among aggregated records: for ids that candidates.sql
-- did not find, because a copy may carry another time, or none.
SELECT
  c.position,
  e.object_id,
  e.record_number,
  e.record_offset,
  e.record_length,
  e.record_hash,
  e.event_time,
  e.damaged,
  o.source_rank,
  o.uri,
  coalesce(o.etag, '') AS etag
FROM feed_candidates() AS c
JOIN cloudtrail_events AS e ON e.event_uuid = c.event_uuid
JOIN log_objects AS o ON o.object_id = e.object_id
UNION ALL
SELECT
  c.position,
  e.object_id,
  e.record_number,
  e.record_offset,
  e.record_length,
  e.record_hash,
  e.window_start AS event_time,
  e.damaged,
  o.source_rank,
  o.uri,
  coalesce(o.etag, '') AS etag
FROM feed_candidates() AS c
JOIN aggregated_records AS e ON e.event_uuid = c.event_uuid
JOIN log_objects AS o ON o.object_id = e.object_id;
