-- id: bedrock_prepared_then_invoked
-- title: Model opened or its logging looked up, then used by the same key
-- severity: high
-- status: stable
-- attack: [T1496.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One access key asked for access to a model, or looked whether prompts are logged,
--   and used a model within two hours. An application does neither: this is how stolen
--   keys are tried and sold (LLMjacking). Denied uses count.
-- false_positives:
--   - A developer who sets up a model in the console and tries it at once.
-- blind_spots:
--   - Access asked for with one key and used with another.
-- triage:
--   - "Find how the key came about: who created it, from where is it used otherwise?"
--   - Count the uses of models by this key and by other keys from the same source_ip.
--   - See whether logging of invocations was changed.
-- references:
--   - https://www.sysdig.com/blog/llmjacking-stolen-cloud-credentials-used-in-new-ai-attack
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.impact.bedrock-invoke-model/
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationLoggingConfiguration.html

WITH steps AS (
  SELECT
    event_time,
    event_id,
    event_name,
    principal_arn,
    access_key_id,
    account_id
  FROM events
  WHERE operation IN ('bedrock:PutUseCaseForModelAccess', 'bedrock:CreateFoundationModelAgreement', 'bedrock:PutFoundationModelEntitlement', 'bedrock:GetModelInvocationLoggingConfiguration', 'bedrock:DeleteModelInvocationLoggingConfiguration')
    AND error_code IS NULL
    AND access_key_id IS NOT NULL
    AND invoked_by IS NULL
),
uses AS (
  SELECT
    event_time,
    event_id,
    access_key_id,
    account_id,
    region,
    source_ip,
    user_agent,
    request_parameters ->> '$.modelId' AS model
  FROM events
  WHERE operation IN ('bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:InvokeModelWithBidirectionalStream', 'bedrock:Converse', 'bedrock:ConverseStream')
    AND access_key_id IN (SELECT s.access_key_id FROM steps AS s)
)
SELECT
  min(s.event_time) AS event_time,
  max(u.event_time) AS last_time,
  list_sort(list_distinct(list(s.event_id))) || list_sort(list_distinct(list(u.event_id)))[:1000] AS event_ids,
  s.principal_arn,
  s.access_key_id,
  arg_min(u.source_ip, u.event_time) AS source_ip,
  arg_min(u.user_agent, u.event_time) AS user_agent,
  s.account_id,
  arg_min(u.region, u.event_time) AS region,
  arg_min(u.model, u.event_time) AS resource,
  count(DISTINCT u.event_id) AS uses,
  coalesce(s.principal_arn, s.access_key_id) || ' called ' || string_agg(DISTINCT s.event_name, ', ' ORDER BY s.event_name)
    || ', then used ' || coalesce(arg_min(u.model, u.event_time), 'a model') || ' with the same key' AS summary
FROM steps AS s
JOIN uses AS u
  ON u.access_key_id = s.access_key_id
  AND u.account_id = s.account_id
  AND u.event_time BETWEEN s.event_time AND s.event_time + INTERVAL 2 HOURS
GROUP BY s.principal_arn, s.access_key_id, s.account_id;
