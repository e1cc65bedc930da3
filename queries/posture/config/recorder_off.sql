-- id: config_recorder_off
-- title: AWS Config does not record
-- kind: posture
-- check: LOG-10
-- severity: medium
-- status: stable
-- resource_type: AWS::Config::ConfigurationRecorder
-- changed_by: [config:StopConfigurationRecorder, config:DeleteConfigurationRecorder, config:DeleteDeliveryChannel, config:StartConfigurationRecorder, config:PutConfigurationRecorder]
-- remediation: aws configservice start-configuration-recorder --configuration-recorder-name {recorder} --region {region}
-- why: Without a recorder nobody can say later what a resource was configured like during the incident.
-- cis: ["3.3"]
-- fsbp: [Config.1]
-- gone: fail
-- description: >
--   A region has no configuration recorder, or one that is stopped or has nowhere to deliver.
-- blind_spots:
--   - Which types of resources are recorded is not looked at.
--   - By the logs alone only recorders are seen that were switched within them.
-- references:
--   - https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html
--   - https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    CASE
      WHEN json_array_length(config, '$.Recorders') = 0 THEN 'none'
      WHEN (config -> '$.RecorderStatus') IS NULL THEN NULL
      WHEN NOT list_contains(config ->> '$.RecorderStatus[*].Recording', 'true') THEN 'stopped'
      WHEN (config -> '$.DeliveryChannels') IS NULL THEN NULL
      WHEN json_array_length(config, '$.DeliveryChannels') = 0 THEN 'nowhere'
      ELSE 'on'
    END AS state,
    config ->> '$.Recorders[0].Name' AS recorder
  FROM snapshots
  WHERE resource_type = 'AWS::Config::ConfigurationRecorder'
    AND status = 'found'
),
switched AS (
  SELECT
    event_time,
    event_id,
    event_name,
    account_id,
    region,
    coalesce(request_parameters ->> '$.configurationRecorderName', 'default') AS recorder
  FROM events
  WHERE operation IN ('config:StopConfigurationRecorder', 'config:StartConfigurationRecorder', 'config:DeleteConfigurationRecorder')
    AND error_code IS NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, coalesce(request_parameters ->> '$.configurationRecorderName', 'default')
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
)
SELECT
  CASE WHEN state = 'on' THEN 'PASS' WHEN state IS NOT NULL THEN 'FAIL' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE state
    WHEN 'none' THEN region || ' has no configuration recorder'
    WHEN 'stopped' THEN 'the configuration recorder of ' || region || ' is stopped'
    WHEN 'nowhere' THEN 'the configuration recorder of ' || region || ' has nowhere to deliver'
    WHEN 'on' THEN 'the configuration recorder of ' || region || ' records'
    ELSE 'whether the configuration recorder of ' || region || ' records could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  recorder,
  CASE WHEN state IN ('none', 'nowhere') THEN 'aws configservice put-delivery-channel --delivery-channel name=default,s3BucketName=BUCKET --region {region}' END AS remediation
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN event_name = 'StartConfigurationRecorder' THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  event_time AS as_of,
  recorder AS resource_id,
  account_id,
  region,
  'the configuration recorder of ' || region || CASE event_name
    WHEN 'StartConfigurationRecorder' THEN ' was started'
    WHEN 'StopConfigurationRecorder' THEN ' was stopped and not started again'
    ELSE ' was deleted'
  END AS summary,
  [event_id] AS event_ids,
  recorder
FROM switched;
