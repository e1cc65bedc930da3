-- Every look at a resource: those that somebody took, and what AWS Config recorded.
SELECT
  resource_key,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  status,
  source,
  captured_at,
  caller,
  config,
  parts,
  reason,
  failure,
  hint,
  sha256,
  snapshot_no
FROM notes.main.resource_snapshots
UNION ALL
SELECT
  resource_key,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  status,
  source,
  captured_at,
  caller,
  config,
  parts,
  reason,
  failure,
  hint,
  sha256,
  snapshot_no
FROM ev.main.resource_snapshots
