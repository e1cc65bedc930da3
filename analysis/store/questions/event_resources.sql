-- The resources one event names.
SELECT
  action,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  method
FROM event_resources
WHERE event_uuid = CAST(? AS UUID)
ORDER BY action, resource_type, resource_id;
