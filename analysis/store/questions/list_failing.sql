-- Which resources fail posture checks.
SELECT
  resource_type,
  resource_id,
  resource_arn,
  account_id
FROM posture_results
WHERE status = 'FAIL' AND resource_id IS NOT NULL
