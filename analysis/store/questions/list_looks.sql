-- What was looked up, the last look at each resource.
SELECT
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  status,
  captured_at
FROM snapshots
