-- id: iam_policy_version_switched
-- title: Another version of a policy made the default
-- severity: medium
-- status: stable
-- attack: [T1098.003, T1548.005]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   SetDefaultPolicyVersion put another version of a managed policy in force. An older
--   version that was forgotten can hold far more rights than the present one, and the
--   call needs none of the rights to write policies.
-- false_positives:
--   - Roll-back of a policy that broke something.
-- blind_spots:
--   - The rights of the version are not in the log; see CreatePolicyVersion, if it is in the case.
-- triage:
--   - Read both versions with iam get-policy-version.
--   - Does principal_arn itself have the policy in resource?
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
--   - https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.policyArn' AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' made version ' || coalesce(request_parameters ->> '$.versionId', '?')
    || ' of ' || coalesce(request_parameters ->> '$.policyArn', '?') || ' the default' AS summary
FROM events
WHERE operation = 'iam:SetDefaultPolicyVersion'
  AND error_code IS NULL;
