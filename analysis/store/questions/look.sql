-- What a bare name can be: a principal or a resource that is called so. The whole ARN of
-- either, or of a role session, is a name too.
SELECT DISTINCT
  kind,
  id
FROM (
  SELECT
    'principal' AS kind,
    principal_arn AS id
  FROM events
  WHERE principal_arn = CAST($1 AS VARCHAR) OR identity_arn = CAST($1 AS VARCHAR) OR ends_with(principal_arn, '/' || CAST($1 AS VARCHAR))
  UNION ALL
  SELECT
    'resource',
    coalesce(resource_arn, resource_type || ' ' || resource_id)
  FROM event_resources
  WHERE resource_arn = CAST($1 AS VARCHAR) OR resource_id = CAST($1 AS VARCHAR) OR resource_type || ' ' || resource_id = CAST($1 AS VARCHAR)
) AS found
WHERE id IS NOT NULL
ORDER BY kind, id
LIMIT 50;
