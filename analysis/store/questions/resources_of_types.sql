-- Resources of some types, given as a JSON list, that are not deleted since.
SELECT
  resource_type,
  resource_id,
  max(resource_arn) AS resource_arn,
  account_id,
  coalesce(region, '') AS region
FROM resources
WHERE resource_type IN (SELECT unnest(from_json(CAST($1 AS JSON), '["VARCHAR"]')))
GROUP BY resource_type, resource_id, account_id, region
HAVING coalesce(max(deleted_at), TIMESTAMP '1970-01-01') < max(last_seen)
ORDER BY resource_type, account_id, region, resource_id
