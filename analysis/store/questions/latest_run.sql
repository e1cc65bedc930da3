SELECT
  *
FROM detection_runs
WHERE ended_at IS NOT NULL
ORDER BY run_id DESC
LIMIT 1;
