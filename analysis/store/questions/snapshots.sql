-- The looks at resources that the case keeps, the latest first.
SELECT
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  resource_key,
  status,
  source,
  captured_at,
  caller,
  CAST(config AS VARCHAR) AS config,
  CAST(parts AS VARCHAR) AS parts,
  reason,
  failure,
  hint
FROM resource_snapshots
ORDER BY captured_at DESC, snapshot_no DESC
