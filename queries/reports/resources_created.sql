-- id: reports_resources_created
-- title: Resources that were created
-- answers: [Q37]
-- requires: [management]
-- description: >
--   Every resource that an event of the scope created, with who did it and whether an event
--   of the scope deleted it again. The list to look up the present state of. What services
--   made for themselves, objects in buckets and log streams are left out. 5,000 rows.

WITH deleted AS (
  SELECT
    resource_type,
    resource_id,
    account_id,
    max(event_time) AS deleted_at
  FROM event_resources
  WHERE action = 'deleted'
  GROUP BY
    resource_type,
    resource_id,
    account_id
)
SELECT
  e.event_time AS created_at,
  r.account_id,
  r.region,
  r.resource_type,
  r.resource_id,
  r.resource_arn,
  e.operation,
  e.principal_arn,
  e.session_name,
  e.access_key_id,
  e.source_ip,
  e.invoked_by AS through,
  CASE WHEN d.deleted_at >= e.event_time THEN d.deleted_at END AS deleted_at,
  e.event_id
FROM event_resources AS r
JOIN events AS e ON e.event_uuid = r.event_uuid
LEFT JOIN deleted AS d
  ON d.resource_type IS NOT DISTINCT FROM r.resource_type
  AND d.resource_id = r.resource_id
  AND d.account_id IS NOT DISTINCT FROM r.account_id
WHERE r.action = 'created'
  AND e.event_category = 'Management'
  AND e.identity_type <> 'AWSService'
  AND e.operation <> 'logs:CreateLogStream'
ORDER BY
  created_at,
  r.resource_type,
  r.resource_id
LIMIT 5000;
