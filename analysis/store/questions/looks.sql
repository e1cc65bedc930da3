-- The looks at resources and what AWS Config recorded of them, the latest first.
SELECT
  captured_at,
  status,
  source,
  resource_type,
  resource_id,
  account_id,
  region,
  caller,
  reason,
  resource_arn,
  resource_key,
  parts,
  config
FROM resource_snapshots
ORDER BY captured_at DESC, resource_type, account_id, region, resource_id, source, snapshot_no DESC
