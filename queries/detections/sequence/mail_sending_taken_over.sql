-- id: sequence_mail_sending_taken_over
-- title: Sending quota asked, sender set up, mail sent or production asked in many regions
-- severity: high
-- status: test
-- attack: [T1496.004, T1526]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One identity asked what mail the account may send, and within a day set up a sender of its own and sent
--   with it, or asked for production sending in three or more regions within ten minutes. People who set up
--   mail do not send with the same key an hour later, and nobody asks for production everywhere at once.
-- false_positives:
--   - A first set-up of SES by hand, tried with the same credentials.
-- blind_spots:
--   - Where the trail does not record SES data events, sending over the API is not seen; sending over SMTP
--     never is.
-- triage:
--   - "Look at the identities created: whose domains and addresses are they?"
--   - Ask SES for the sending statistics of the region since event_time, and pause sending.
--   - "Find where access_key_id leaked: first use from source_ip."
-- references:
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountDetails.html
--   - https://www.wiz.io/blog/wiz-discovers-cloud-based-phishing-campaign
--   - https://unit42.paloaltonetworks.com/javaghost-cloud-phishing/

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(
      request_parameters ->> '$.emailIdentity',
      request_parameters ->> '$.emailAddress',
      request_parameters ->> '$.domain'
    ) AS sender,
    CASE
      WHEN operation IN ('ses:GetSendQuota', 'ses:GetAccount', 'ses:GetAccountSendingEnabled', 'ses:ListIdentities', 'ses:ListEmailIdentities') THEN 'check'
      WHEN operation = 'ses:PutAccountDetails' THEN 'production'
      WHEN operation IN ('ses:SendEmail', 'ses:SendRawEmail', 'ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail') THEN 'send'
      WHEN operation IN ('support:CreateCase', 'servicequotas:RequestServiceQuotaIncrease') THEN 'ask'
      ELSE 'sender'
    END AS step
  FROM events
  WHERE operation IN (
    'ses:GetSendQuota', 'ses:GetAccount', 'ses:GetAccountSendingEnabled', 'ses:ListIdentities', 'ses:ListEmailIdentities',
    'ses:CreateEmailIdentity', 'ses:VerifyEmailIdentity', 'ses:VerifyDomainIdentity', 'ses:VerifyDomainDkim', 'ses:PutAccountDetails',
    'ses:SendEmail', 'ses:SendRawEmail', 'ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail', 'support:CreateCase',
    'servicequotas:RequestServiceQuotaIncrease'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  any_value(a.event_time) AS event_time,
  max(s.event_time) AS last_time,
  ([a.event_id] || list(s.event_id ORDER BY s.event_time))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  string_agg(DISTINCT s.sender, ', ') AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' asked ' || any_value(a.operation) || ' at ' || strftime(any_value(a.event_time), '%H:%M:%S')
    || coalesce(', set up the sender ' || string_agg(DISTINCT s.sender, ', ') || ' at '
    || strftime(min(s.event_time) FILTER (WHERE s.step = 'sender'), '%H:%M:%S'), '')
    || coalesce(', asked for production in ' || nullif(count(DISTINCT s.region) FILTER (WHERE s.step = 'production'), 0) || ' regions', '')
    || coalesce(', sent ' || nullif(count(*) FILTER (WHERE s.step = 'send'), 0) || ' times until '
    || strftime(max(s.event_time) FILTER (WHERE s.step = 'send'), '%H:%M:%S'), '') AS summary
FROM steps AS a
JOIN steps AS s
  ON s.identity_arn = a.identity_arn
 AND s.account_id = a.account_id
 AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 1 DAY
 AND s.event_id <> a.event_id
 AND s.step <> 'check'
WHERE a.step = 'check'
  -- Only who also set something up: checks and mails of applications are many.
  AND a.identity_arn IN (SELECT identity_arn FROM steps WHERE step IN ('sender', 'production'))
GROUP BY a.event_id
HAVING min(s.event_time) FILTER (WHERE s.step = 'sender') <= max(s.event_time) FILTER (WHERE s.step = 'send')
    OR (count(DISTINCT s.region) FILTER (WHERE s.step = 'production') >= 3
        AND max(s.event_time) FILTER (WHERE s.step = 'production') <= min(s.event_time) FILTER (WHERE s.step = 'production') + INTERVAL 10 MINUTE)
QUALIFY row_number() OVER (PARTITION BY any_value(a.identity_arn), CAST(any_value(a.event_time) AS DATE) ORDER BY any_value(a.event_time)) = 1;
