UPDATE notes.found AS f
SET
  title = s.title,
  severity = s.severity,
  attack = s.attack,
  first_time = s.first_time,
  last_time = s.last_time,
  events = s.events,
  summary = s.summary,
  attributes = s.attributes,
  last_run = ?,
  gone_run = NULL
FROM temp.main.staged_findings AS s
WHERE s.finding_id = f.finding_id;
