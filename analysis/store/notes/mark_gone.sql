-- Findings that the run did not produce again, of detections that it evaluated, within
-- its scope.
UPDATE notes.found
SET gone_run = r.run_id
FROM notes.results AS r
WHERE r.run_id = ?
  AND r.detection_id = found.detection_id
  AND r.state IN ('evaluated', 'partly evaluable')
  AND found.last_run < r.run_id
  AND found.gone_run IS NULL
  AND found.finding_id IN (
    SELECT finding_id FROM notes.found WHERE true -- scope
  );
