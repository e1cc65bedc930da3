-- id: ssm_sessions_on_several_instances
-- title: Sessions opened on several instances
-- severity: medium
-- status: stable
-- attack: [T1021.007, T1651]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One principal opened Session Manager sessions on three or more instances within an hour:
--   a shell on each, without SSH keys or open ports. Port forwarding counts too.
-- false_positives:
--   - An administrator at work on a fleet.
-- blind_spots:
--   - Fewer than three within an hour; sessions that were resumed.
-- triage:
--   - Read the session logs, where they are kept, for the session ids of the cited events.
--   - Has principal_arn opened sessions before event_time, from the same source_ip?
-- references:
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.execution.ssm-start-session/

WITH opened AS (
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
    request_parameters ->> '$.target' AS target
  FROM events
  WHERE operation = 'ssm:StartSession'
    AND error_code IS NULL
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
    target,
    count(DISTINCT target) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING
    ) AS targets_near
  FROM opened
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  count(DISTINCT target) AS targets,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' opened sessions on ' || count(DISTINCT target) || ' instances: '
    || string_agg(DISTINCT target, ', ' ORDER BY target) AS summary
FROM counted
WHERE targets_near >= 3
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
