-- Events with what was said of each: tags by the analyst and the detections whose
-- findings cite it, and the analyst's note.
SELECT
  e.* EXCLUDE (source_ip_hi, source_ip_lo, event_uuid),
  coalesce(a.tags, []) AS tags,
  a.note
FROM events AS e
LEFT JOIN annotations AS a ON a.event_id = e.event_id
ORDER BY e.event_time NULLS FIRST, e.event_uuid;
