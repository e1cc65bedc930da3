-- id: bedrock_invocation_logging_disabled
-- title: Logging of model invocations deleted
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- description: >
--   The configuration that keeps prompts and answers of model invocations was deleted
--   for an account and region. What models are used for is not recorded from then on.
-- false_positives:
--   - "Moving the logs: a new configuration follows within minutes."
-- blind_spots:
--   - A configuration that is overwritten with less.
-- triage:
--   - See who invokes models in this account and region after event_time.
--   - See whether PutModelInvocationLoggingConfiguration follows.
-- references:
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteModelInvocationLoggingConfiguration.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted the logging of model invocations in ' || coalesce(region, '?') AS summary
FROM events
WHERE operation = 'bedrock:DeleteModelInvocationLoggingConfiguration'
  AND error_code IS NULL;
