-- id: bedrock_invocations_not_logged
-- title: Model invocations are not logged
-- kind: posture
-- check: LOG-14
-- severity: medium
-- status: stable
-- resource_type: AWS::Bedrock::ModelInvocationLogging
-- changed_by: [bedrock:DeleteModelInvocationLoggingConfiguration, bedrock:PutModelInvocationLoggingConfiguration]
-- remediation: aws bedrock put-model-invocation-logging-configuration --logging-config '{"cloudWatchConfig":{"logGroupName":"LOG_GROUP","roleArn":"ROLE_ARN"},"textDataDeliveryEnabled":true}' --region {region}
-- why: What intruders make models say at the account's expense is nowhere, and they look for just such regions.
-- description: >
--   Prompts and answers of Bedrock models are not logged in a region where models were
--   invoked, or where the logging was deleted. A region in which the logs have no use of
--   models passes.
-- blind_spots:
--   - An invocation before the first event of the case is not known.
-- references:
--   - https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteModelInvocationLoggingConfiguration.html

WITH switched AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation = 'bedrock:PutModelInvocationLoggingConfiguration'
      AND coalesce(json_extract(request_parameters, '$.loggingConfig.s3Config'), json_extract(request_parameters, '$.loggingConfig.cloudWatchConfig')) IS NOT NULL AS logs
  FROM events
  WHERE operation IN ('bedrock:DeleteModelInvocationLoggingConfiguration', 'bedrock:PutModelInvocationLoggingConfiguration')
    AND error_code IS NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, region ORDER BY event_time DESC, event_uuid DESC) = 1
),
used AS (
  SELECT account_id, region, count(*) AS invocations, list(event_id ORDER BY event_time)[:20] AS event_ids
  FROM events
  WHERE operation IN ('bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:Converse', 'bedrock:ConverseStream')
    AND error_code IS NULL
  GROUP BY account_id, region
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.account_id,
    s.region,
    (s.config -> '$.Logging') IS NOT NULL AS known,
    json_type(s.config, '$.Logging') = 'NULL' AS off,
    coalesce(u.invocations, 0) AS invocations,
    coalesce(w.event_id IS NOT NULL AND NOT w.logs, false) AS deleted,
    coalesce(u.event_ids, []) || CASE WHEN w.event_id IS NOT NULL AND NOT w.logs THEN [w.event_id] ELSE [] END AS event_ids
  FROM snapshots AS s
  LEFT JOIN used AS u ON u.account_id = s.account_id AND u.region = s.region
  LEFT JOIN switched AS w ON w.account_id = s.account_id AND w.region = s.region AND w.event_time <= s.captured_at
  WHERE s.resource_type = 'AWS::Bedrock::ModelInvocationLogging'
    AND s.status = 'found'
)
SELECT
  CASE WHEN NOT known THEN NULL WHEN off AND (deleted OR invocations > 0) THEN 'FAIL' ELSE 'PASS' END AS status,
  CASE WHEN off AND (deleted OR invocations > 0) THEN 'joined' ELSE 'config' END AS basis,
  captured_at AS as_of,
  resource_id,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'whether model invocations in ' || region || ' are logged could not be read'
    WHEN off AND deleted THEN 'model invocations in ' || region || ' are not logged any more'
    WHEN off AND invocations > 0 THEN 'model invocations in ' || region || ' are not logged, and there were ' || invocations
    WHEN off THEN 'model invocations in ' || region || ' are not logged, and the logs have none'
    ELSE 'model invocations in ' || region || ' are logged'
  END AS summary,
  CASE WHEN known AND off THEN event_ids ELSE [] END AS event_ids,
  invocations
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN logs THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  event_time AS as_of,
  account_id AS resource_id,
  account_id,
  region,
  CASE WHEN logs THEN 'the logging of model invocations in ' || region || ' was set up' ELSE 'the logging of model invocations in ' || region || ' was taken away' END AS summary,
  [event_id] AS event_ids
FROM switched;
