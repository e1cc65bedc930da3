-- id: ses_enumerated
-- title: Mail sending of the account enumerated
-- severity: medium
-- status: stable
-- attack: [T1526, T1087.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, day]
-- description: >
--   One key asked three or more different questions about Amazon SES within fifteen
--   minutes: quota, whether sending is enabled, identities, their verification,
--   statistics, or a mail that was refused. Denied calls count. It is what kits for
--   mail abuse do with a stolen key.
-- false_positives:
--   - A person who opens the SES console; a scanner of configurations.
-- blind_spots:
--   - Two questions and fewer; questions over days.
-- triage:
--   - "See what else the key did in that hour: GetCallerIdentity first, ListUsers,
--     GetSMSAttributes."
--   - Look for new identities, PutAccountDetails or SendEmail after last_time.
-- references:
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_ListIdentities.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_GetAccountSendingEnabled.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.discovery.ses-enumerate/

WITH questions AS (
  SELECT
    event_time,
    event_id,
    event_name,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    count(DISTINCT operation) OVER (
      PARTITION BY principal_arn, access_key_id, account_id
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 15 MINUTES PRECEDING AND CURRENT ROW
    ) AS different
  FROM events
  WHERE operation IN ('ses:GetSendQuota', 'ses:GetAccount', 'ses:GetAccountSendingEnabled', 'ses:GetSendStatistics', 'ses:ListIdentities', 'ses:ListEmailIdentities', 'ses:GetIdentityVerificationAttributes', 'ses:SendEmail', 'ses:SendRawEmail')
    -- A mail that is refused is a question too: may I?
    AND (operation NOT IN ('ses:SendEmail', 'ses:SendRawEmail') OR error_code LIKE 'AccessDenied%')
  AND invoked_by IS NULL
  AND coalesce(principal_arn, '') NOT LIKE '%/aws-service-role/%'
    AND identity_type IS DISTINCT FROM 'AWSService'
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
  count(DISTINCT region) AS regions,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' enumerated SES: ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS summary
FROM questions
GROUP BY principal_arn, identity_type, access_key_id, account_id, CAST(event_time AS DATE)
HAVING max(different) >= 3;
