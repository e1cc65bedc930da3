-- id: sns_sms_prepared
-- title: Sending of text messages looked up, configured or used in bulk
-- severity: medium
-- status: stable
-- attack: [T1496.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, day]
-- description: >
--   One key asked two different questions about text messages within an hour
--   (attributes, sandbox, opt-outs, numbers), raised the spending limit, or published
--   twenty messages to phone numbers. Kits for SMS abuse do it with stolen keys.
-- false_positives:
--   - A team that sets up text messages; scanners of configurations ask too.
-- blind_spots:
--   - Publishing to phone numbers is logged only as data event.
--   - Messages through topics and through End User Messaging.
-- triage:
--   - See what the key did first; these kits start with GetCallerIdentity and SES.
--   - Read the monthly spend and the destination countries in the console.
-- references:
--   - https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html
--   - https://docs.aws.amazon.com/sns/latest/api/API_GetSMSSandboxAccountStatus.html
--   - https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html

WITH calls AS (
  SELECT
    event_time,
    event_id,
    operation,
    event_name,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    count(DISTINCT operation) FILTER (WHERE operation <> 'sns:Publish') OVER w AS different,
    count(*) FILTER (WHERE operation = 'sns:Publish') OVER w AS messages
  FROM events
  WHERE operation IN (
      'sns:GetSMSAttributes', 'sns:SetSMSAttributes', 'sns:GetSMSSandboxAccountStatus', 'sns:CreateSMSSandboxPhoneNumber',
      'sns:VerifySMSSandboxPhoneNumber', 'sns:ListPhoneNumbersOptedOut', 'sns:ListOriginationNumbers', 'sns:Publish'
    )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND (operation <> 'sns:Publish' OR (request_parameters ->> '$.phoneNumber') IS NOT NULL)
  WINDOW w AS (
    PARTITION BY principal_arn, access_key_id, account_id
    ORDER BY event_time
    RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW
  )
)
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
  count(*) FILTER (WHERE operation = 'sns:Publish') AS messages,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' prepared or sent text messages: ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS summary
FROM calls
GROUP BY principal_arn, identity_type, access_key_id, account_id, CAST(event_time AS DATE)
HAVING max(different) >= 2
  OR max(messages) >= 20
  OR count(*) FILTER (WHERE operation = 'sns:SetSMSAttributes') >= 1;
