-- id: account_contact_changed
-- title: Contacts or e-mail address of the account changed
-- severity: medium
-- status: stable
-- attack: [T1098, T1531]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   The address under which AWS writes about abuse, security or billing was changed or
--   deleted, or a change of root's e-mail address was begun. Whoever gets these letters
--   can silence warnings, and with root's address take the account.
-- false_positives:
--   - Change of staff; central management of contacts in an organization.
-- blind_spots:
--   - A change in the console's billing pages may be logged by another service.
-- triage:
--   - Read the new address in the account settings, and call the contact that was there before.
--   - "A change of root's address ends with AcceptPrimaryEmailUpdate: did it succeed?"
-- references:
--   - https://docs.aws.amazon.com/accounts/latest/reference/API_PutAlternateContact.html
--   - https://docs.aws.amazon.com/accounts/latest/reference/API_StartPrimaryEmailUpdate.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.accountId', request_parameters ->> '$.AccountId', account_id) AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name
    || coalesce(' for the ' || lower(coalesce(request_parameters ->> '$.alternateContactType', request_parameters ->> '$.AlternateContactType')) || ' contact', '')
    || ' of account ' || coalesce(request_parameters ->> '$.accountId', request_parameters ->> '$.AccountId', account_id, '?') AS summary
FROM events
WHERE operation IN (
    'account:PutAlternateContact', 'account:DeleteAlternateContact', 'account:PutContactInformation',
    'account:StartPrimaryEmailUpdate', 'account:AcceptPrimaryEmailUpdate'
  )
  AND error_code IS NULL;
