-- What became of each detection when it last ran, over the whole case or a part.
SELECT
  r.detection_id,
  arg_max(r.title, r.run_id) AS title,
  arg_max(r.severity, r.run_id) AS severity,
  arg_max(r.state, r.run_id) AS state,
  arg_max(coalesce(r.reason, ''), r.run_id) AS reason,
  arg_max(r.missing, r.run_id) AS missing,
  arg_max(r.sql, r.run_id) AS sql,
  arg_max(u.started_at, r.run_id) AS started_at,
  arg_max(u.program, r.run_id) AS program
FROM detection_results AS r
JOIN detection_runs AS u ON u.run_id = r.run_id
WHERE u.ended_at IS NOT NULL
GROUP BY r.detection_id
ORDER BY r.detection_id;
