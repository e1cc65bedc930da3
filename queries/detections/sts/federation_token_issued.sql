-- id: sts_federation_token_issued
-- title: Federation token issued to an IAM user
-- severity: medium
-- status: stable
-- attack: [T1550.001, T1078.004]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   A long-lived key was exchanged for a federated session. Such a session keeps working
--   after the key is deactivated or deleted, and opens the console: intruders use it to
--   stay.
-- false_positives:
--   - A portal of the organization that still works with GetFederationToken.
-- blind_spots:
--   - What the session may do depends on policies that are partly in the call; see attribute policies.
-- triage:
--   - List what the federated user in resource did; deny the user in a policy to end its sessions.
--   - Follow issued_key, and look for a ConsoleLogin of the federated user.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.sts-federation-token/
--   - https://www.crowdstrike.com/en-us/blog/how-adversaries-persist-with-aws-user-federation/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(response_elements ->> '$.federatedUser.arn', request_parameters ->> '$.name') AS resource,
  response_elements ->> '$.credentials.accessKeyId' AS issued_key,
  coalesce(request_parameters ->> '$.policy', request_parameters ->> '$.policyArns') AS policies,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' made the federated session ' || coalesce(request_parameters ->> '$.name', '?')
    || coalesce(' for ' || (request_parameters ->> '$.durationSeconds') || ' s', '') || ' from ' || coalesce(source_ip, '?') AS summary
FROM events
WHERE operation = 'sts:GetFederationToken'
  AND error_code IS NULL;
