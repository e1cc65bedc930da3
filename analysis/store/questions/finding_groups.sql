SELECT
  value,
  count(*) AS findings,
  arg_max(severity, severity_rank) AS severity,
  count(DISTINCT detection_id) AS detections,
  sum(events) AS events,
  min(first_time) AS first_time,
  max(last_time) AS last_time,
  any_value(title) AS title
FROM grouped
GROUP BY value
ORDER BY max(severity_rank) DESC, findings DESC, value;
