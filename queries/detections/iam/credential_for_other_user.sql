-- id: iam_credential_for_other_user
-- title: Access key or other credential made for another IAM user
-- severity: medium
-- status: stable
-- attack: [T1098.001]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   A principal made or re-activated an access key, an API key for a service, an SSH key
--   or a signing certificate of an IAM user that is not itself. Whoever holds it acts as
--   that user from then on, also when the first way in is closed.
-- false_positives:
--   - An administrator or a deployment that hands out keys to service users.
-- blind_spots:
--   - A role session that is named like the user counts as that user.
--   - What the user may do decides how bad it is; the log of this call does not say.
-- triage:
--   - Follow the new key (attribute new_key) as access_key_id over the rest of the case.
--   - List the policies and groups of the user in resource.
--   - List every event of access_key_id in the hour before and after event_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.iam-backdoor-user/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.userName' AS resource,
  coalesce(
    response_elements ->> '$.accessKey.accessKeyId',
    response_elements ->> '$.serviceSpecificCredential.serviceSpecificCredentialId',
    response_elements ->> '$.sSHPublicKey.sSHPublicKeyId',
    response_elements ->> '$.certificate.certificateId',
    request_parameters ->> '$.accessKeyId'
  ) AS new_key,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name || ' for user ' || (request_parameters ->> '$.userName')
    || coalesce(', new credential ' || coalesce(
      response_elements ->> '$.accessKey.accessKeyId',
      response_elements ->> '$.serviceSpecificCredential.serviceSpecificCredentialId',
      response_elements ->> '$.sSHPublicKey.sSHPublicKeyId',
      response_elements ->> '$.certificate.certificateId',
      request_parameters ->> '$.accessKeyId'
    ), '') AS summary
FROM events
WHERE operation IN (
    'iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:CreateServiceSpecificCredential',
    'iam:UploadSSHPublicKey', 'iam:UploadSigningCertificate'
  )
  AND error_code IS NULL
  -- Without a user name the call is about the caller itself.
  AND lower(request_parameters ->> '$.userName') <> lower(coalesce(session_name, split_part(principal_arn, '/', -1)))
  -- Switching a key off is the opposite of handing one out.
  AND (operation <> 'iam:UpdateAccessKey' OR (request_parameters ->> '$.status') = 'Active');
