-- What was looked up in AWS, the last look at each resource.
SELECT
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  status,
  captured_at
FROM resource_snapshots
WHERE source <> 'config'
QUALIFY row_number() OVER (
  PARTITION BY resource_type, resource_id, account_id, region
  ORDER BY captured_at DESC, snapshot_no DESC
) = 1
