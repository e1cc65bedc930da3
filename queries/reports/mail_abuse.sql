-- id: reports_mail_abuse
-- title: Mail and text messages, set up and sent
-- answers: [Q33]
-- requires: [management]
-- description: >
--   Looks at sending limits, identities made, limits asked for, messages sent, by SES, SNS,
--   End User Messaging and WorkMail. Sending itself is a data event for most trails: where
--   none is logged, a look at the limits is the last thing seen. Reads that only list are
--   left in, because they come first. 5,000 rows.

SELECT
  event_time,
  account_id,
  region,
  operation,
  CASE WHEN error_code IS NULL THEN 'done' ELSE error_code END AS outcome,
  coalesce(
    request_parameters ->> '$.emailIdentity',
    request_parameters ->> '$.emailAddress',
    request_parameters ->> '$.domain',
    request_parameters ->> '$.identity',
    request_parameters ->> '$.fromEmailAddress',
    request_parameters ->> '$.source',
    request_parameters ->> '$.websiteURL',
    request_parameters ->> '$.topicArn',
    request_parameters ->> '$.organizationId',
    CAST(request_parameters -> '$.attributes' AS VARCHAR)
  ) AS about,
  CAST(request_parameters -> '$.destination' AS VARCHAR) AS destination,
  mutating,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  event_id
FROM events
WHERE regexp_matches(operation, '^(ses|email|workmail|sms-voice|mobiletargeting|social-messaging):')
  OR operation IN (
    'sns:CheckIfPhoneNumberIsOptedOut',
    'sns:CreateSMSSandboxPhoneNumber',
    'sns:GetSMSAttributes',
    'sns:GetSMSSandboxAccountStatus',
    'sns:ListOriginationNumbers',
    'sns:SetSMSAttributes',
    'sns:VerifySMSSandboxPhoneNumber'
  )
  OR (
    operation = 'sns:Publish'
    AND (request_parameters ->> '$.phoneNumber') IS NOT NULL
  )
ORDER BY
  event_time,
  event_id
LIMIT 5000;
