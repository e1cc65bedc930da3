-- id: bedrock_model_access_enabled
-- title: Access to a foundation model asked for
-- severity: medium
-- status: stable
-- attack: [T1496.004, T1578.005]
-- requires: [management]
-- key: [principal_arn, account_id, region, day]
-- description: >
--   A use case was sent, an agreement accepted or an entitlement put for a foundation
--   model of Amazon Bedrock or the marketplace. It is done once for a model by whoever
--   runs the account; thieves of keys do it because models are closed by default.
-- false_positives:
--   - A team that starts to use a model.
-- blind_spots:
--   - Accounts in which all models are open already.
-- triage:
--   - Ask the owner of the account whether the models in this finding were ordered.
--   - See whether the same access_key_id then called InvokeModel or Converse, and from
--     where.
-- references:
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_PutUseCaseForModelAccess.html
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateFoundationModelAgreement.html
--   - https://permiso.io/blog/exploiting-hosted-models

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  CAST(event_time AS DATE) AS day,
  string_agg(DISTINCT request_parameters ->> '$.modelId', ', ' ORDER BY request_parameters ->> '$.modelId') AS resource,
  count(*) AS steps,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' asked for access to models with ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name)
    || coalesce(': ' || string_agg(DISTINCT request_parameters ->> '$.modelId', ', ' ORDER BY request_parameters ->> '$.modelId'), '') AS summary
FROM events
WHERE operation IN ('bedrock:PutUseCaseForModelAccess', 'bedrock:CreateFoundationModelAgreement', 'bedrock:PutFoundationModelEntitlement', 'agreement-marketplace:AcceptAgreementRequest')
  AND error_code IS NULL
GROUP BY principal_arn, identity_type, account_id, region, CAST(event_time AS DATE);
