-- id: organizations_guardrail_removed
-- title: Policy of the organization detached, deleted or switched off
-- severity: high
-- status: stable
-- attack: [T1685, T1666]
-- requires: [management]
-- key: [account_id, principal_arn, resource, event_time]
-- description: >
--   A service control policy or another policy of the organization was taken from an
--   account, deleted, or its kind switched off; or an account was moved to another unit,
--   where other policies apply. What the policies forbade is then possible.
-- false_positives:
--   - Reorganization of units and policies by those who run the management account.
-- blind_spots:
--   - A policy that is rewritten by UpdatePolicy keeps its place; sensitive_operation_used has it.
-- triage:
--   - Which policy is it, and what did it forbid? The policy id is in policy_id.
--   - List what the accounts of resource did in the day after event_time that they were denied before.
-- references:
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(
    request_parameters ->> '$.targetId',
    request_parameters ->> '$.accountId',
    request_parameters ->> '$.rootId',
    request_parameters ->> '$.policyId'
  ) AS resource,
  coalesce(request_parameters ->> '$.policyId', request_parameters ->> '$.policyType') AS policy_id,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || CASE operation
    WHEN 'organizations:DetachPolicy' THEN ' detached policy ' || coalesce(request_parameters ->> '$.policyId', '?') || ' from ' || coalesce(request_parameters ->> '$.targetId', '?')
    WHEN 'organizations:DeletePolicy' THEN ' deleted policy ' || coalesce(request_parameters ->> '$.policyId', '?')
    WHEN 'organizations:DisablePolicyType' THEN ' switched off ' || coalesce(request_parameters ->> '$.policyType', '?') || ' in the organization'
    ELSE ' moved account ' || coalesce(request_parameters ->> '$.accountId', '?') || ' to ' || coalesce(request_parameters ->> '$.destinationParentId', '?')
  END AS summary
FROM events
WHERE operation IN (
    'organizations:DetachPolicy', 'organizations:DeletePolicy', 'organizations:DisablePolicyType', 'organizations:MoveAccount'
  )
  AND error_code IS NULL;
