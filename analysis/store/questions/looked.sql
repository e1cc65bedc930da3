SELECT
  resource_type,
  resource_id,
  coalesce(resource_arn, ''),
  account_id,
  region,
  status,
  captured_at,
  coalesce(reason, ''),
  coalesce(failure, ''),
  coalesce(hint, '')
FROM temp.main.snapshots
ORDER BY resource_type, account_id, region, resource_id;
