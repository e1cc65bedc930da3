-- id: config_recorder_stopped
-- title: AWS Config recorder or delivery stopped
-- severity: high
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   The configuration recorder was stopped or deleted, or the channel that delivers what it
--   records was deleted. From then on, changes to resources are no longer recorded by Config.
-- false_positives:
--   - "An account that gives up Config, or a tool that recreates the recorder: it starts
--     again within minutes."
-- blind_spots:
--   - A recorder that is narrowed to fewer types is found by config_coverage_reduced.
-- triage:
--   - Is the recorder running now (DescribeConfigurationRecorderStatus), in region and the
--     others?
--   - List the writes by the same principal_arn in the 2 hours after event_time.
-- references:
--   - https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html
--   - https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteDeliveryChannel.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(request_parameters ->> '$.configurationRecorderName', request_parameters ->> '$.deliveryChannelName') AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE event_name
    WHEN 'StopConfigurationRecorder' THEN ' stopped the configuration recorder in '
    WHEN 'DeleteConfigurationRecorder' THEN ' deleted the configuration recorder in '
    ELSE ' deleted the delivery channel of AWS Config in '
  END || coalesce(region, '?') AS summary
FROM events
WHERE operation IN (
    'config:StopConfigurationRecorder',
    'config:DeleteConfigurationRecorder',
    'config:DeleteDeliveryChannel'
  )
  AND error_code IS NULL;
