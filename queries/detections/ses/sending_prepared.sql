-- id: ses_sending_prepared
-- title: Mail identity made or sending enabled
-- severity: low
-- status: stable
-- attack: [T1583, T1496.004, T1098]
-- requires: [management]
-- key: [principal_arn, resource, event_name]
-- description: >
--   A mail identity or a WorkMail organization or mailbox was made, sending was
--   enabled, or the details that ask for leaving the sandbox were sent. Set up once by
--   owners; set up again by whoever wants to send in their name.
-- false_positives:
--   - Onboarding of a domain or mailbox.
-- blind_spots:
--   - Identities that were verified earlier and are misused.
-- triage:
--   - Is the domain or address in resource one of yours? Domains of strangers are
--     typical of abuse.
--   - See who else used SES with this key or from this source_ip.
-- references:
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_VerifyEmailIdentity.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_UpdateAccountSendingEnabled.html
--   - https://docs.aws.amazon.com/workmail/latest/APIReference/API_CreateOrganization.html

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
    request_parameters ->> '$.emailIdentity', request_parameters ->> '$.emailAddress', request_parameters ->> '$.domain',
    request_parameters ->> '$.websiteURL', request_parameters ->> '$.alias', request_parameters ->> '$.email', request_parameters ->> '$.domainName'
  ) AS resource,
  event_name,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || coalesce(' ' || coalesce(
    request_parameters ->> '$.emailIdentity', request_parameters ->> '$.emailAddress', request_parameters ->> '$.domain',
    request_parameters ->> '$.websiteURL', request_parameters ->> '$.alias', request_parameters ->> '$.email', request_parameters ->> '$.domainName'
  ), '') AS summary
FROM events
WHERE operation IN (
    'ses:CreateEmailIdentity', 'ses:VerifyEmailIdentity', 'ses:VerifyDomainIdentity', 'ses:VerifyDomainDkim', 'ses:PutAccountDetails',
    'ses:UpdateAccountSendingEnabled', 'ses:PutAccountSendingAttributes', 'workmail:CreateOrganization', 'workmail:RegisterToWorkMail', 'workmail:RegisterMailDomain'
  )
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND coalesce(lower(coalesce(request_parameters ->> '$.enabled', request_parameters ->> '$.sendingEnabled')), 'true') <> 'false';
