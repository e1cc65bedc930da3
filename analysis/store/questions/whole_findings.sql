-- Findings as JSON objects, with their entities and their events in the order in which
-- the detection gave them.
SELECT
  CAST(json_merge_patch(
    to_json(f),
    json_object('entities', coalesce(e.entities, []), 'event_ids', coalesce(v.event_ids, []))
  ) AS VARCHAR) AS finding
FROM findings AS f
LEFT JOIN (
  SELECT finding_id, list({'Kind': kind, 'Value': value} ORDER BY position, kind) AS entities
  FROM finding_entities
  GROUP BY finding_id
) AS e ON e.finding_id = f.finding_id
LEFT JOIN (
  SELECT finding_id, list(event_id) AS event_ids FROM finding_events GROUP BY finding_id
) AS v ON v.finding_id = f.finding_id
ORDER BY f.severity_rank DESC, f.first_time, f.finding_id;
