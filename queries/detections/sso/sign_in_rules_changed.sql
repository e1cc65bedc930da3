-- id: sso_sign_in_rules_changed
-- title: Rules of sign-in of Identity Center changed
-- severity: high
-- status: stable
-- attack: [T1556, T1484.002, T1556.006]
-- requires: [management]
-- key: [account_id, principal_arn, operation, event_time]
-- description: >
--   The configuration of Identity Center, its directory, its external identity provider,
--   a trusted issuer of tokens or the MFA rules or devices of its users were changed.
--   This decides who can sign in to every account of the organization, and for how long
--   a session lasts.
-- false_positives:
--   - A planned change of identity provider or of MFA rules; a help desk that removes the lost device of a user.
-- blind_spots:
--   - Users who register their own MFA device are left out.
--   - Passwords and devices at an external provider are not in the log.
-- triage:
--   - "Read request_parameters: which provider, which certificate, how long the sessions?"
--   - Is principal_arn among the administrators of Identity Center, and source_ip a usual one?
--   - List the sign-ins (UserAuthentication, ConsoleLogin) of the following day.
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html
--   - https://securitylabs.datadoghq.com/articles/tales-from-the-cloud-trenches-the-attacker-doth-persist-too-much/
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/enable-mfa.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  operation,
  coalesce(
    request_parameters ->> '$.directoryId',
    request_parameters ->> '$.identityStoreId',
    request_parameters ->> '$.instanceArn',
    account_id
  ) AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name || ' on Identity Center'
    || coalesce(': ' || left(request_parameters, 200), '') AS summary
FROM events
WHERE operation IN (
    'sso:UpdateSsoConfiguration', 'sso:UpdateSSOConfiguration', 'sso:StartSSO', 'sso:CreateInstance', 'sso:DeleteInstance',
    'sso:AssociateDirectory', 'sso:DisassociateDirectory', 'sso:UpdateDirectoryAssociation',
    'sso:CreateTrustedTokenIssuer', 'sso:UpdateTrustedTokenIssuer', 'sso:PutMfaDeviceManagementForDirectory',
    'sso-directory:PutMfaDeviceManagementForDirectory', 'sso-directory:DeleteMfaDeviceForUser', 'sso-directory:UpdatePassword',
    'sso-directory:CreateBearerToken', 'sso-directory:CreateProvisioningTenant',
    'sso-directory:CreateExternalIdPConfigurationForDirectory', 'sso-directory:UpdateExternalIdPConfigurationForDirectory',
    'sso-directory:EnableExternalIdPConfigurationForDirectory', 'sso-directory:DisableExternalIdPConfigurationForDirectory',
    'sso-directory:DeleteExternalIdPConfigurationForDirectory', 'sso-directory:ImportExternalIdPCertificate'
  )
  AND error_code IS NULL
  -- A user of the directory changes its own password in the portal.
  AND NOT (operation = 'sso-directory:UpdatePassword' AND identity_type IN ('Unknown', 'IdentityCenterUser'));
