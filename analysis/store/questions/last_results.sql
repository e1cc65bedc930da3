WITH last_results AS (
  SELECT
    r.detection_id,
    arg_max(r.state, r.run_id) AS state,
    arg_max(r.missing, r.run_id) AS missing,
    max(r.run_id) AS run_id
  FROM detection_results AS r
  JOIN detection_runs AS u ON u.run_id = r.run_id
  WHERE u.ended_at IS NOT NULL AND u.since IS NULL AND u.until IS NULL AND len(u.accounts) = 0 AND len(u.regions) = 0
  GROUP BY r.detection_id
)
SELECT
  detection_id,
  state,
  missing,
  run_id
FROM last_results
ORDER BY detection_id;
