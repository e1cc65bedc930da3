-- What became of each detection in the latest run, those first that found something or
-- could not.
SELECT
  detection_id,
  severity,
  title,
  state,
  reason,
  missing,
  findings,
  new_findings,
  elapsed_ms,
  kind,
  attack,
  run_id
FROM detection_results
WHERE run_id = (SELECT max(run_id) FROM detection_runs WHERE ended_at IS NOT NULL)
ORDER BY
  CASE state WHEN 'failed' THEN 0 WHEN 'timed out' THEN 0 WHEN 'evaluated' THEN 1 WHEN 'partly evaluable' THEN 1 ELSE 2 END,
  findings = 0,
  detection_id;
