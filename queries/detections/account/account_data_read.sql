-- id: account_account_data_read
-- title: Contacts or description of the account read
-- severity: informational
-- status: stable
-- attack: [T1087.004]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   Somebody read who the contacts of the account are, or what it is called in the organization.
--   A fact for the timeline; intruders read it to learn whom they have. One finding is what a
--   principal read on one day.
-- false_positives:
--   - The billing console does it for everybody who opens the account page; inventory tools do it for every account.
-- blind_spots:
--   - What AWS services read for somebody is left out by invokedBy.
-- triage:
--   - Is it a person in the console, or a script (user_agent)? Was the same access_key_id used for other discovery within the hour?
--   - Was an address or a contact changed afterwards?
-- references:
--   - https://docs.aws.amazon.com/accounts/latest/reference/API_GetContactInformation.html
--   - https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  coalesce(principal_arn, '?') || ' read account data: ' || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
FROM events
WHERE operation IN (
    'account:GetContactInformation', 'account:GetAlternateContact', 'account:GetAccountInformation', 'account:GetPrimaryEmail',
    'billingconsole:GetAlternateContact', 'billingconsole:GetContactInformation', 'organizations:DescribeAccount'
  )
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
GROUP BY principal_arn, access_key_id, account_id, CAST(event_time AS DATE);
