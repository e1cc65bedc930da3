-- id: ses_looked_up_then_sent
-- title: Mail sending looked up and used for the first time
-- severity: high
-- status: stable
-- attack: [T1496.004, T1534]
-- requires: [data]
-- key: [principal_arn, account_id]
-- baseline: true
-- description: >
--   A principal that had never used Amazon SES in this case asked what the account may
--   send, or made an identity, and sent twenty or more mails within a day of it.
--   Phishing in the name of the account usually starts so.
-- false_positives:
--   - A new application on its first day.
-- blind_spots:
--   - Principals that send every day and are then stolen.
--   - SMTP with SES credentials does not sign API calls as the same principal.
--   - Nothing is said in the first day of an account in the case; history_days tells
--     how much earlier activity there was.
-- triage:
--   - Read the sender in request_parameters and ask its owner.
--   - Suspend sending for the account (UpdateAccountSendingEnabled) when it is abuse.
--   - Find where the key of the principal came from.
-- references:
--   - https://docs.aws.amazon.com/ses/latest/dg/logging-using-cloudtrail.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
--   - https://www.fortinet.com/blog/threat-research/trufflenet-bec-campaign

WITH calls AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    operation IN ('ses:SendEmail', 'ses:SendRawEmail', 'ses:SendBulkEmail', 'ses:SendTemplatedEmail', 'ses:SendBulkTemplatedEmail') AS sent
  FROM events
  WHERE operation IN (
      'ses:SendEmail', 'ses:SendRawEmail', 'ses:SendBulkEmail', 'ses:SendTemplatedEmail', 'ses:SendBulkTemplatedEmail', 'ses:GetSendQuota',
      'ses:GetAccount', 'ses:ListIdentities', 'ses:ListEmailIdentities', 'ses:GetIdentityVerificationAttributes', 'ses:CreateEmailIdentity', 'ses:VerifyEmailIdentity'
    )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND principal_arn IS NOT NULL
),
first_calls AS (
  SELECT
    principal_arn,
    account_id,
    min(event_time) AS first_call,
    min(event_time) FILTER (WHERE sent) AS first_sent
  FROM calls
  GROUP BY principal_arn, account_id
)
SELECT
  min(c.event_time) AS event_time,
  max(c.event_time) AS last_time,
  list(c.event_id ORDER BY c.event_time)[:1000] AS event_ids,
  c.principal_arn,
  arg_min(c.access_key_id, c.event_time) AS access_key_id,
  arg_min(c.source_ip, c.event_time) AS source_ip,
  arg_min(c.user_agent, c.event_time) AS user_agent,
  c.account_id,
  arg_min(c.region, c.event_time) AS region,
  count(*) FILTER (WHERE c.sent) AS mails,
  date_diff('day', min(a.first_seen), min(c.event_time)) AS history_days,
  c.principal_arn || ' first asked about SES and then sent ' || count(*) FILTER (WHERE c.sent) || ' mails within a day, never having used it before' AS summary
FROM calls AS c
JOIN first_calls AS f ON f.principal_arn = c.principal_arn AND f.account_id = c.account_id
JOIN accounts AS a ON a.account_id = c.account_id
WHERE f.first_sent > f.first_call
  AND c.event_time <= f.first_call + INTERVAL 1 DAY
  AND f.first_call >= a.first_seen + INTERVAL 1 DAY
GROUP BY c.principal_arn, c.account_id
HAVING count(*) FILTER (WHERE c.sent) >= 20;
