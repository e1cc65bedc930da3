-- id: iam_own_credentials_changed
-- title: IAM user changed its own password, keys or MFA
-- severity: low
-- status: stable
-- attack: [T1098.001]
-- requires: [management]
-- key: [account_id, principal_arn, event_time]
-- description: >
--   An IAM user made a key, password, SSH key or MFA device for itself. Rotation looks
--   just so; so does an intruder who makes a second key before the first one is taken
--   away.
-- false_positives:
--   - Rotation of keys, change of an expired password, a new telephone.
-- blind_spots:
--   - "Root is left out: its access keys and its password have detections of their own."
-- triage:
--   - Compare source_ip and user_agent with those of the same user before event_time.
--   - Follow the new key, if there is one, as access_key_id.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  split_part(principal_arn, '/', -1) AS resource,
  response_elements ->> '$.accessKey.accessKeyId' AS new_key,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name || ' for itself'
    || coalesce(', new key ' || (response_elements ->> '$.accessKey.accessKeyId'), '') AS summary
FROM events
WHERE operation IN (
    'iam:ChangePassword', 'iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:CreateLoginProfile',
    'iam:UpdateLoginProfile', 'iam:EnableMFADevice', 'iam:UploadSSHPublicKey',
    'iam:UploadSigningCertificate', 'iam:CreateServiceSpecificCredential', 'iam:ResetServiceSpecificCredential'
  )
  AND error_code IS NULL
  AND identity_type = 'IAMUser'
  AND coalesce(lower(request_parameters ->> '$.userName'), lower(coalesce(session_name, split_part(principal_arn, '/', -1)))) = lower(coalesce(session_name, split_part(principal_arn, '/', -1)));
