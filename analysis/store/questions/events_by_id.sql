SELECT
  e.event_time,
  e.operation,
  e.principal_arn,
  e.source_ip,
  e.error_code,
  e.region,
  e.account_id,
  i.event_id
FROM (SELECT unnest(from_json(CAST(? AS JSON), '["VARCHAR"]')) AS event_id) AS i
LEFT JOIN events AS e ON e.event_id = i.event_id
ORDER BY e.event_time NULLS LAST, i.event_id;
