-- id: cloudwatch_alerting_removed
-- title: Alarms or log filters that alert were removed
-- severity: medium
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   Alarms were deleted or lost their actions, or metric and subscription filters were
--   deleted: those whose names speak of security, or five or more by one principal within an
--   hour. What they watched alerts no one any more.
-- false_positives:
--   - An infrastructure tool that replaces alarms under new names. Alarms that autoscaling
--     deletes for itself do not fire.
-- blind_spots:
--   - A single alarm with an ordinary name, and an alarm that is overwritten with another
--     threshold (PutMetricAlarm).
-- triage:
--   - Do the alarms of names exist again now, with actions?
--   - "List the events by the same principal_arn in the 2 hours after event_time: what would
--     have alerted?"
-- references:
--   - https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html

WITH removals AS (
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
    unnest(CASE
      WHEN json_type(request_parameters, '$.alarmNames') = 'ARRAY' THEN CAST(request_parameters -> '$.alarmNames' AS VARCHAR[])
      ELSE [coalesce(request_parameters ->> '$.logGroupName', '') || '/' || coalesce(request_parameters ->> '$.filterName', '?')]
    END) AS name
  FROM events
  WHERE operation IN (
      'monitoring:DeleteAlarms',
      'monitoring:DisableAlarmActions',
      'logs:DeleteMetricFilter',
      'logs:DeleteSubscriptionFilter'
    )
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
    operation,
    name,
    count(DISTINCT name) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING
    ) AS names_near
  FROM removals
  -- Target tracking makes and removes alarms of its own all day.
  WHERE name NOT LIKE 'TargetTracking-%'
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
  count(DISTINCT name) AS removed,
  string_agg(DISTINCT name, ', ' ORDER BY name) AS names,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' silenced ' || count(DISTINCT name) || ' alarms or filters (' || string_agg(DISTINCT operation, ', ' ORDER BY operation)
    || '): ' || left(string_agg(DISTINCT name, ', ' ORDER BY name), 300) AS summary
FROM counted
WHERE names_near >= 5
  OR regexp_matches(name, '(?i)(cloudtrail|guardduty|security|unauthori[sz]ed|console-?(sign|login)|no-?mfa|audit|billing|access-?denied|policy|intrusion|(^|[^a-z])(root|sign-?in|mfa|iam|cis))')
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
