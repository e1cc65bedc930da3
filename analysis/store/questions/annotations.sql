SELECT
  coalesce(m.id, c.event_id) AS event_id,
  list_sort(list_distinct(coalesce(m.tags, []) || coalesce(c.detections, []))) AS tags,
  m.note
FROM (
  SELECT
    id,
    note,
    CASE WHEN starred THEN ['starred'] ELSE [] END || tags AS tags
  FROM marks
  WHERE kind = 'event'
) AS m
FULL JOIN (
  SELECT
    v.event_id,
    list(DISTINCT f.detection_id ORDER BY f.detection_id) AS detections
  FROM finding_events AS v
  JOIN findings AS f ON f.finding_id = v.finding_id
  WHERE f.status <> 'false positive' AND NOT f.gone AND f.suppression IS NULL
  GROUP BY v.event_id
) AS c ON c.event_id = m.id;
