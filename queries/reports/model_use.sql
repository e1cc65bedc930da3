-- id: reports_model_use
-- title: Use of language models, and how access to them was opened
-- answers: [Q32]
-- requires: [management]
-- description: >
--   Calls to Bedrock, and agreements in the Marketplace, by principal, key, address,
--   operation and model, with the errors that probing leaves (ValidationException,
--   AccessDeniedException). Opening of access, the agreements for models and changes to
--   invocation logging stand first. What was asked and answered is in the invocation log,
--   not here. 1,000 rows.

SELECT
  account_id,
  principal_arn,
  access_key_id,
  source_ip,
  operation,
  operation IN (
    'agreement-marketplace:AcceptAgreementRequest',
    'bedrock:CreateFoundationModelAgreement',
    'bedrock:DeleteModelInvocationLoggingConfiguration',
    'bedrock:PutFoundationModelEntitlement',
    'bedrock:PutModelInvocationLoggingConfiguration',
    'bedrock:PutUseCaseForModelAccess'
  ) AS opens_access,
  coalesce(
    request_parameters ->> '$.modelId',
    request_parameters ->> '$.modelIdentifier',
    request_parameters ->> '$.agentId'
  ) AS model,
  count(*) FILTER (WHERE error_code IS NULL) AS succeeded,
  count(error_code) AS errors,
  list(DISTINCT error_code ORDER BY error_code) FILTER (WHERE error_code IS NOT NULL) AS error_codes,
  list(DISTINCT region ORDER BY region) AS regions,
  list_slice(list(DISTINCT user_agent ORDER BY user_agent), 1, 10) AS user_agents,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM events
WHERE starts_with(operation, 'bedrock')
  OR operation = 'agreement-marketplace:AcceptAgreementRequest'
GROUP BY ALL
ORDER BY
  opens_access DESC,
  succeeded + errors DESC,
  first_time,
  principal_arn,
  access_key_id,
  source_ip,
  operation,
  model
LIMIT 1000;
