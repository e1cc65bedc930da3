-- id: bedrock_guardrail_changed
-- title: Guardrail of models changed or deleted
-- severity: medium
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, event_name]
-- description: >
--   A guardrail that filters what models are asked and answer was updated or deleted.
-- false_positives:
--   - Work on the guardrail by its owners.
-- blind_spots:
--   - "What was changed in it: the values are hidden in the record."
-- triage:
--   - Ask the owners of the application that uses the guardrail.
--   - See whether the same principal invoked models without a guardrail afterwards.
-- references:
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_UpdateGuardrail.html
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteGuardrail.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.guardrailIdentifier' AS resource,
  event_name,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || ' ' || coalesce(request_parameters ->> '$.guardrailIdentifier', '?') AS summary
FROM events
WHERE operation IN ('bedrock:UpdateGuardrail', 'bedrock:DeleteGuardrail', 'bedrock:DeleteEnforcedGuardrailConfiguration')
  AND error_code IS NULL;
