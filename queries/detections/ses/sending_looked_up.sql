-- id: ses_sending_looked_up
-- title: Somebody asked what mail the account may send
-- severity: informational
-- status: stable
-- attack: [T1526]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, day]
-- description: >
--   The sending quota or the verified identities of Amazon SES were asked for. It is
--   the first call of many thieves of keys, and also of applications that send mail.
--   Denied calls count: they tell the interest. One finding for each key and day.
-- false_positives:
--   - Applications and consoles that show the quota.
-- blind_spots:
--   - Service-linked roles, such as that of Trusted Advisor, are left out.
-- triage:
--   - See whether it was the first thing the key did after GetCallerIdentity.
--   - Look for new identities or SendEmail by the same key.
-- references:
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_GetIdentityVerificationAttributes.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  arg_min(region, event_time) AS region,
  CAST(event_time AS DATE) AS day,
  count(*) AS calls,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' asked SES: ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS summary
FROM events
WHERE operation IN ('ses:GetSendQuota', 'ses:GetAccount', 'ses:GetAccountSendingEnabled', 'ses:GetIdentityVerificationAttributes')
  AND invoked_by IS NULL
  AND coalesce(principal_arn, '') NOT LIKE '%/aws-service-role/%'
  AND identity_type IS DISTINCT FROM 'AWSService'
GROUP BY principal_arn, identity_type, access_key_id, account_id, CAST(event_time AS DATE);
