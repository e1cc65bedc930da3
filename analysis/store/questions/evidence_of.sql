SELECT
  e.event_time,
  e.operation,
  e.principal_arn,
  e.source_ip,
  e.error_code,
  e.region,
  e.account_id,
  f.event_id
FROM finding_events AS f
LEFT JOIN events AS e ON e.event_id = f.event_id
WHERE f.finding_id = ?
ORDER BY e.event_time NULLS LAST, f.event_id;
