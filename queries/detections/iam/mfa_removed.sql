-- id: iam_mfa_removed
-- title: MFA device of an IAM user switched off
-- severity: medium
-- status: stable
-- attack: [T1556.006]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   An MFA device was taken from an IAM user or from root. From then on the password or
--   the key alone is enough.
-- false_positives:
--   - "A new telephone: the old device goes and a new one comes within minutes."
-- blind_spots:
--   - Devices of Identity Center users are in sso_sign_in_rules_changed.
-- triage:
--   - Did EnableMFADevice follow for the same user, and from the same source_ip?
--   - Look for a ConsoleLogin of the user with MFAUsed No after event_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  request_parameters ->> '$.serialNumber' AS resource,
  any_value(coalesce(identity_arn, principal_arn, identity_type, 'someone')) || ' removed MFA device ' || coalesce(request_parameters ->> '$.serialNumber', '?')
    || coalesce(' of user ' || max(request_parameters ->> '$.userName'), '') AS summary
FROM events
WHERE operation IN ('iam:DeactivateMFADevice', 'iam:DeleteVirtualMFADevice')
  AND error_code IS NULL
GROUP BY account_id, principal_arn, access_key_id, request_parameters ->> '$.serialNumber';
