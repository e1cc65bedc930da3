-- id: guardduty_account_separated
-- title: Account separated from the administrator of its security services
-- severity: high
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   GuardDuty, Security Hub, Macie, Detective or Inspector of an account were cut off from
--   the account that watches them, from either side. Findings no longer reach the people who
--   read them.
-- false_positives:
--   - An account that leaves the organization or changes its administrator account, by
--     decision.
-- blind_spots:
--   - An account that is taken out of the organization as a whole is not seen here.
-- triage:
--   - Invite the account again, and look whether its services still run in region.
--   - List every event by principal_arn in the 2 hours around event_time.
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DisassociateFromAdministratorAccount.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_StopMonitoringMembers.html
--   - https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisassociateMembers.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(
    CAST(request_parameters -> '$.accountIds' AS VARCHAR),
    CAST(request_parameters -> '$.AccountIds' AS VARCHAR),
    request_parameters ->> '$.accountId',
    request_parameters ->> '$.id',
    account_id
  ) AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' called ' || operation || coalesce(' for ' || coalesce(
    CAST(request_parameters -> '$.accountIds' AS VARCHAR),
    CAST(request_parameters -> '$.AccountIds' AS VARCHAR),
    request_parameters ->> '$.accountId',
    request_parameters ->> '$.id'
  ), ' in account ' || account_id, '') AS summary
FROM events
WHERE operation IN (
    'guardduty:DisassociateFromMasterAccount',
    'guardduty:DisassociateFromAdministratorAccount',
    'guardduty:DisassociateMembers',
    'guardduty:DeleteMembers',
    'guardduty:StopMonitoringMembers',
    'guardduty:DeleteInvitations',
    'guardduty:DisableOrganizationAdminAccount',
    'securityhub:DisassociateFromMasterAccount',
    'securityhub:DisassociateFromAdministratorAccount',
    'securityhub:DisassociateMembers',
    'securityhub:DeleteMembers',
    'securityhub:DisableOrganizationAdminAccount',
    'macie2:DisassociateFromMasterAccount',
    'macie2:DisassociateFromAdministratorAccount',
    'macie2:DisassociateMember',
    'macie2:DeleteMember',
    'macie2:DisableOrganizationAdminAccount',
    'detective:DisassociateMembership',
    'detective:DeleteMembers',
    'detective:DisableOrganizationAdminAccount',
    'inspector2:DisassociateMember',
    'inspector2:DisableDelegatedAdminAccount'
  )
  AND error_code IS NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
