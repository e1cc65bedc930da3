SELECT
  o.object_id,
  o.uri,
  coalesce(o.etag, '') AS etag,
  coalesce(o.size, -1) AS size,
  o.status,
  o.records,
  o.duplicates,
  o.first_event_at,
  o.last_event_at,
  CASE WHEN o.status IN ('reading', 'failed')
    THEN (SELECT coalesce(sum(octet_length(b.body)), 0) FROM object_bodies AS b WHERE b.object_id = o.object_id)
    ELSE 0
  END AS body_bytes
FROM log_objects AS o;
