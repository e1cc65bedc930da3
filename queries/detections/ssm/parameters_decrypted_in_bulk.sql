-- id: ssm_parameters_decrypted_in_bulk
-- title: Many parameters decrypted within ten minutes
-- severity: high
-- status: stable
-- attack: [T1555.006, T1552]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One principal read twenty or more different parameters with decryption within ten
--   minutes, or whole trees of them from the root. Parameters often hold passwords and keys.
--   What the principal reads again and again, in three hours or more of the case, is its own
--   and does not count.
-- false_positives:
--   - A deployment that reads the configuration of many services, or a migration.
-- blind_spots:
--   - A stolen role of an application that reads what the application reads, or a whole tree
--     in three different hours.
--   - How many parameters GetParametersByPath returned is not in the event; only a path at
--     the root counts.
--   - Parameters that are not encrypted are read with the same request.
-- triage:
--   - "List the parameters of the cited events: each secret among them is to be rotated."
--   - Did principal_arn read them before event_time? Look at source_ip and user_agent.
-- references:
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.ssm-retrieve-securestring-parameters/

WITH calls AS (
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
    operation,
    CASE
      WHEN json_type(request_parameters, '$.names') = 'ARRAY' THEN CAST(request_parameters -> '$.names' AS VARCHAR[])
      WHEN operation = 'ssm:GetParameter' THEN [request_parameters ->> '$.name']
      ELSE ['']
    END AS names,
    operation = 'ssm:GetParametersByPath'
      AND (request_parameters ->> '$.path') = '/'
      AND (request_parameters ->> '$.recursive') = 'true' AS whole_tree
  FROM events
  WHERE operation IN ('ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath')
    AND (request_parameters ->> '$.withDecryption') = 'true'
    AND (error_code IS NULL OR regexp_matches(error_code, 'AccessDenied'))
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
reads AS (
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
    whole_tree,
    nullif(unnest(names), '') AS name
  FROM calls
),
-- What a principal reads hour by hour is its own.
own AS (
  SELECT
    account_id,
    principal_arn,
    name,
    whole_tree
  FROM reads
  GROUP BY
    account_id,
    principal_arn,
    name,
    whole_tree
  HAVING count(DISTINCT date_trunc('hour', event_time)) >= 3
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
    whole_tree,
    name,
    count(DISTINCT name) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 5 MINUTE PRECEDING AND INTERVAL 5 MINUTE FOLLOWING
    ) AS names_near
  FROM reads AS r
  WHERE NOT EXISTS (
    SELECT 1
    FROM own AS o
    WHERE o.account_id = r.account_id
      AND o.principal_arn = r.principal_arn
      AND o.name IS NOT DISTINCT FROM r.name
      AND o.whole_tree IS NOT DISTINCT FROM r.whole_tree
  )
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
  count(DISTINCT name) AS parameters,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' decrypted ' || CASE WHEN bool_or(whole_tree) THEN 'the whole tree of parameters'
    ELSE count(DISTINCT name) || ' parameters' END || ' from ' || coalesce(any_value(source_ip), '?') AS summary
FROM counted
WHERE names_near >= 20
  OR whole_tree
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
