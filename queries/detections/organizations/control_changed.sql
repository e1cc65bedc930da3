-- id: organizations_control_changed
-- title: Who may act for the organization changed
-- severity: medium
-- status: stable
-- attack: [T1484, T1098.003]
-- requires: [management]
-- key: [account_id, principal_arn, resource, event_time]
-- description: >
--   An account became, or ceased to be, administrator of the organization for a service,
--   a service got or lost its access to all accounts, the policy of the organization or
--   one of its policies was rewritten, or an account was invited or joined.
-- false_positives:
--   - Roll-out of a security service, or of a new account, by those who run the management account.
-- blind_spots:
--   - Services that register themselves when they are enabled look like the person who enabled them.
-- triage:
--   - Which account is the administrator now, and for which service_principal?
--   - Is it a service that detects intrusions and lost its access? Look for guardrail_removed in the same hour.
-- references:
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html

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
    request_parameters ->> '$.accountId',
    request_parameters ->> '$.target.id',
    request_parameters ->> '$.policyId',
    request_parameters ->> '$.handshakeId',
    request_parameters ->> '$.servicePrincipal',
    account_id
  ) AS resource,
  request_parameters ->> '$.servicePrincipal' AS service_principal,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name
    || coalesce(' for ' || coalesce(
      request_parameters ->> '$.accountId',
      request_parameters ->> '$.target.id',
      request_parameters ->> '$.policyId',
      request_parameters ->> '$.handshakeId'
    ), '')
    || coalesce(' and service ' || (request_parameters ->> '$.servicePrincipal'), '') AS summary
FROM events
WHERE operation IN (
    'organizations:RegisterDelegatedAdministrator', 'organizations:DeregisterDelegatedAdministrator',
    'organizations:EnableAWSServiceAccess', 'organizations:DisableAWSServiceAccess',
    'organizations:PutResourcePolicy', 'organizations:DeleteResourcePolicy', 'organizations:UpdatePolicy',
    'organizations:InviteAccountToOrganization', 'organizations:AcceptHandshake'
  )
  AND error_code IS NULL
  AND invoked_by IS NULL;
