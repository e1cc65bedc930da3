-- The last events that name a resource, with what each did to it: what its changes are
-- told from. Reads count too: their answers say what was there.
WITH named AS (
  SELECT
    event_uuid,
    min(resource_id) AS resource_id,
    max(resource_arn) AS resource_arn,
    arg_min(action, list_position(['created', 'deleted', 'modified', 'granted', 'read', 'target'], action)) AS action,
    min(event_time) AS event_time
  FROM event_resources
  WHERE
    resource_arn = CAST($1 AS VARCHAR)
    OR resource_id = CAST($1 AS VARCHAR)
    OR resource_type || ' ' || resource_id = CAST($1 AS VARCHAR)
    -- Some records name it without its ARN.
    OR resource_arn IS NULL AND (resource_type, resource_id) IN (
      SELECT resource_type, resource_id
      FROM event_resources
      WHERE resource_arn = CAST($1 AS VARCHAR)
    )
  GROUP BY event_uuid
),
writes AS (
  SELECT
    e.event_id,
    e.event_time,
    e.operation,
    e.principal_arn,
    e.session_name,
    e.source_ip,
    e.error_code,
    e.request_parameters,
    e.response_elements,
    e.mutating,
    n.action,
    n.resource_id,
    n.resource_arn
  FROM events AS e
  JOIN named AS n ON n.event_uuid = e.event_uuid
  WHERE e.mutating OR regexp_matches(e.event_name, '^(Get|Describe)(Bucket|Role|User|Policy|PublicAccessBlock|Snapshot|Image|SecurityGroup|Function|Key|Trail|EventSelectors)')
  ORDER BY e.event_time DESC
  LIMIT $2
)
SELECT
  event_id,
  event_time,
  operation,
  principal_arn,
  session_name,
  source_ip,
  error_code,
  request_parameters,
  response_elements,
  mutating,
  action,
  resource_id,
  resource_arn
FROM writes
ORDER BY event_time, event_id
