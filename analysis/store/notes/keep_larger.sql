UPDATE notes.found AS f
SET
  last_run = ?,
  gone_run = NULL
FROM temp.main.staged_findings AS s
WHERE s.finding_id = f.finding_id
  AND f.events > s.events;
