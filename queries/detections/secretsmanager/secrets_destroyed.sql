-- id: secretsmanager_secrets_destroyed
-- title: Secrets or parameters deleted beyond recovery or in bulk
-- severity: medium
-- status: stable
-- attack: [T1485, T1489]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   A principal deleted a secret without the window in which it can be restored, or five or
--   more secrets or parameters within an hour. Applications that need them stop; parameters
--   cannot be restored at all.
-- false_positives:
--   - Infrastructure tools that remove a test stack often delete without a window; five at
--     once is a whole stack.
-- blind_spots:
--   - A secret whose value is overwritten is not deleted.
-- triage:
--   - Which applications used names? Look for errors of GetSecretValue and GetParameter after
--     event_time.
--   - Were the same secrets read by access_key_id before they were deleted?
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html

WITH deletions AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    (request_parameters ->> '$.forceDeleteWithoutRecovery') = 'true' AS forced,
    unnest(CASE
      WHEN json_type(request_parameters, '$.names') = 'ARRAY' THEN CAST(request_parameters -> '$.names' AS VARCHAR[])
      ELSE [coalesce(request_parameters ->> '$.secretId', request_parameters ->> '$.name')]
    END) AS name
  FROM events
  WHERE operation IN ('secretsmanager:DeleteSecret', 'ssm:DeleteParameter', 'ssm:DeleteParameters')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
counted AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    forced,
    name,
    count(DISTINCT name) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING
    ) AS names_near
  FROM deletions
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(DISTINCT event_id ORDER BY event_id) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  count(DISTINCT name) AS deleted,
  string_agg(DISTINCT name, ', ' ORDER BY name) AS names,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' deleted ' || count(DISTINCT name) || ' secrets or parameters, '
    || count(DISTINCT name) FILTER (WHERE forced) || ' without recovery: ' || left(string_agg(DISTINCT name, ', ' ORDER BY name), 300) AS summary
FROM counted
WHERE forced
  OR names_near >= 5
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
