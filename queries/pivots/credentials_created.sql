-- id: pivots_credentials_created
-- title: Credentials and identities it created
-- subject: [principal_arn, access_key_id, session_name, source_ip]
-- answers: [Q01]
-- requires: [management]
-- description: >
--   Access keys, users, passwords, roles, identity providers and other ways in that the
--   subject made, and the attempts that failed. Nothing to show means that no such
--   call was logged: look at the credentials it was issued, too (pivots_chain_down).

WITH mine AS (
  SELECT
    e.event_uuid
  FROM events AS e
  JOIN subject AS s
    ON (s.kind = 'principal_arn' AND s.value IN (e.principal_arn, e.identity_arn))
    OR (s.kind = 'access_key_id' AND s.value = e.access_key_id)
    OR (s.kind = 'session_name' AND s.value = e.session_name)
    OR (s.kind = 'source_ip' AND s.value = e.source_ip)
)
SELECT
  e.event_time,
  e.account_id,
  e.operation,
  CASE WHEN e.error_code IS NULL THEN 'created' ELSE 'failed' END AS outcome,
  coalesce(
    e.issued_access_key_id,
    e.response_elements ->> '$.serviceSpecificCredential.serviceUserName',
    e.response_elements ->> '$.sSHPublicKey.sSHPublicKeyId',
    e.response_elements ->> '$.virtualMFADevice.serialNumber',
    e.response_elements ->> '$.user.arn',
    e.response_elements ->> '$.role.arn',
    e.response_elements ->> '$.sAMLProviderArn',
    e.response_elements ->> '$.openIDConnectProviderArn',
    e.response_elements ->> '$.trustAnchor.trustAnchorArn',
    e.response_elements ->> '$.accessEntry.accessEntryArn',
    e.response_elements ->> '$.loginProfile.userName',
    e.response_elements ->> '$.user.userId',
    e.response_elements ->> '$.keyName',
    e.request_parameters ->> '$.userName',
    e.request_parameters ->> '$.roleName',
    e.request_parameters ->> '$.name',
    e.request_parameters ->> '$.keyName'
  ) AS created,
  coalesce(
    e.response_elements ->> '$.accessKey.userName',
    e.request_parameters ->> '$.userName',
    e.request_parameters ->> '$.roleName',
    e.request_parameters ->> '$.principalArn'
  ) AS for_identity,
  e.principal_arn,
  e.access_key_id,
  e.source_ip,
  e.error_code,
  e.event_id
FROM events AS e
JOIN mine AS m ON m.event_uuid = e.event_uuid
WHERE e.operation IN (
  'ec2:CreateKeyPair',
  'ec2:ImportKeyPair',
  'eks:CreateAccessEntry',
  'iam:CreateAccessKey',
  'iam:CreateInstanceProfile',
  'iam:CreateLoginProfile',
  'iam:CreateOpenIDConnectProvider',
  'iam:CreateRole',
  'iam:CreateSAMLProvider',
  'iam:CreateServiceSpecificCredential',
  'iam:CreateUser',
  'iam:CreateVirtualMFADevice',
  'iam:ResetServiceSpecificCredential',
  'iam:UpdateLoginProfile',
  'iam:UploadSigningCertificate',
  'iam:UploadSSHPublicKey',
  'identitystore:CreateUser',
  'rolesanywhere:CreateTrustAnchor',
  'sso-directory:CreateUser'
)
ORDER BY
  e.event_time,
  e.event_id;
