-- id: ssm_commands_on_many_instances
-- title: Commands sent to many instances
-- severity: medium
-- status: stable
-- attack: [T1651, T1021.007]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One principal ran a command document through Systems Manager on three or more instances
--   within an hour, or on whatever matches a tag. It runs as root on each of them and needs
--   no way in.
-- false_positives:
--   - Operations that maintain machines by commands; maintenance windows and State Manager
--     act as a service and do not fire.
-- blind_spots:
--   - What was run is hidden in the event (parameters). How many instances a tag stands for
--     is not in it.
-- triage:
--   - "Read the command and its output: GetCommandInvocation, the output bucket, or the log
--     on the machine."
--   - List the calls that the roles of the instances make (session name i-…) in the 2 hours
--     after event_time.
-- references:
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.execution.ssm-send-command/

WITH commands AS (
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
    regexp_extract(request_parameters ->> '$.documentName', '[^/]+$') AS document,
    json_type(request_parameters, '$.targets') = 'ARRAY'
      AND NOT contains(CAST(request_parameters -> '$.targets' AS VARCHAR), '"InstanceIds"') AS by_target,
    unnest(CASE
      WHEN json_type(request_parameters, '$.instanceIds') = 'ARRAY' AND json_array_length(request_parameters, '$.instanceIds') > 0
        THEN CAST(request_parameters -> '$.instanceIds' AS VARCHAR[])
      ELSE regexp_extract_all(coalesce(CAST(request_parameters -> '$.targets' AS VARCHAR), ''), '"(m?i-[0-9A-Za-z]+)"', 1) || ['']
    END) AS instance
  FROM events
  WHERE operation = 'ssm:SendCommand'
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
    document,
    by_target,
    nullif(instance, '') AS instance,
    count(DISTINCT nullif(instance, '')) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING
    ) AS instances_near
  FROM commands
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
  string_agg(DISTINCT document, ', ' ORDER BY document) AS documents,
  count(DISTINCT instance) AS instances,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' ran ' || string_agg(DISTINCT document, ', ' ORDER BY document) || ' on '
    || CASE WHEN bool_or(by_target) THEN 'all instances of a target' ELSE count(DISTINCT instance) || ' instances' END AS summary
FROM counted
WHERE instances_near >= 3
  OR by_target
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
