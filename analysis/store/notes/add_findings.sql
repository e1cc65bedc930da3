INSERT INTO notes.found
SELECT
  s.finding_id,
  s.detection_id,
  s.title,
  s.kind,
  s.severity,
  s.attack,
  s.first_time,
  s.last_time,
  s.events,
  s.summary,
  s.attributes,
  CAST(? AS BIGINT),
  CAST(? AS BIGINT),
  NULL
FROM temp.main.staged_findings AS s
WHERE NOT EXISTS (SELECT 1 FROM notes.found AS f WHERE f.finding_id = s.finding_id);
