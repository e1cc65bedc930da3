-- id: organizations_account_removed
-- title: Account leaves the organization, or is to
-- severity: high
-- status: stable
-- attack: [T1666, T1685]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   An account tried to leave its organization, was removed from it, or was closed, or
--   the organization itself was deleted. Outside, none of the organization's policies,
--   trails and guards apply. Denied attempts are listed on purpose: nobody tries this by
--   accident.
-- false_positives:
--   - Sale or closing of an account, planned in the management account.
-- blind_spots:
--   - "Both sides are logged: LeaveOrganization in the member account, RemoveAccountFromOrganization in the management account."
-- triage:
--   - Ask the owner of the account in resource and of the management account.
--   - List every event of access_key_id before and after; an attempt of a member account usually is not the first step.
-- references:
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.defense-evasion.organizations-leave/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.accountId', account_id) AS resource,
  error_code,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || CASE WHEN error_code IS NULL THEN ' called ' ELSE ' tried ' END || event_name
    || ' for account ' || coalesce(request_parameters ->> '$.accountId', account_id, '?')
    || coalesce(', refused: ' || error_code, '') AS summary
FROM events
WHERE operation IN (
    'organizations:LeaveOrganization', 'organizations:RemoveAccountFromOrganization',
    'organizations:CloseAccount', 'organizations:DeleteOrganization'
  );
