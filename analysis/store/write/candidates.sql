-- The events that the evidence holds already of those that may be there. The two
-- bounds let zone maps skip everything outside the batch's time.
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
WHERE e.event_time BETWEEN make_timestamp(?::BIGINT) AND make_timestamp(?::BIGINT);
