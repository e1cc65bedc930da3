-- Which resources a text names: by ARN, by type and id, or by id.
SELECT
  resource_type,
  resource_id,
  max(resource_arn) AS resource_arn,
  account_id,
  coalesce(region, '') AS region
FROM event_resources
WHERE
  resource_arn = CAST($1 AS VARCHAR)
  OR resource_id = CAST($1 AS VARCHAR)
  OR resource_type || ' ' || resource_id = CAST($1 AS VARCHAR)
GROUP BY resource_type, resource_id, account_id, region
ORDER BY count(DISTINCT event_uuid) DESC, resource_type, account_id, region
LIMIT 50
