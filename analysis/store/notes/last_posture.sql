SELECT
  started_at,
  since,
  until,
  program
FROM notes.posture_runs
ORDER BY run_id DESC
LIMIT 1
