-- id: threshold_quota_probing
-- title: Quotas and sending limits asked for in several places
-- severity: medium
-- status: stable
-- attack: [T1580, T1526, T1496]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, event_time]
-- description: >
--   Within fifteen minutes one caller asked what an account may launch or send: in three or
--   more regions, or by four or more different questions. Before mining and before spam
--   comes the question how much is allowed.
-- false_positives:
--   - Capacity dashboards and quota monitors, which ask every few minutes; suppress their
--     role.
-- blind_spots:
--   - One question in one region is common and is left out.
--   - The questions that the console asks by itself (user agent of a browser) are left out.
-- triage:
--   - Look for ec2:RunInstances, ecs:CreateCluster, ses:CreateEmailIdentity or
--     servicequotas:RequestServiceQuotaIncrease by the same principal in the hours after.
--   - Did this principal ask for quotas on the days before?
--   - Check source_ip and user_agent of the access_key_id.
-- references:
--   - https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html

-- Denied questions count too.
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  account_id,
  arg_min(user_agent, event_time) AS user_agent,
  count(DISTINCT region) AS regions,
  count(DISTINCT operation) AS operations,
  coalesce(principal_arn, 'somebody') || ' asked for quotas in ' || count(DISTINCT region) || ' regions: '
  || array_to_string(list(DISTINCT operation ORDER BY operation)[1:6], ', ') AS summary
FROM events
WHERE operation IN (
    'servicequotas:GetServiceQuota',
    'servicequotas:ListServiceQuotas',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:ListAWSDefaultServiceQuotas',
    'ec2:DescribeAccountAttributes',
    'ses:GetSendQuota',
    'ses:GetAccount',
    'ses:GetAccountSendingEnabled',
    'sns:GetSMSAttributes',
    'lambda:GetAccountSettings',
    'autoscaling:DescribeAccountLimits'
  )
  AND invoked_by IS NULL
  AND identity_type <> 'AWSService'
  AND source_ip_lo IS NOT NULL
  AND NOT contains(coalesce(user_agent, ''), 'Mozilla')
  AND NOT contains(coalesce(user_agent, ''), 'aws-internal')
GROUP BY
  principal_arn,
  access_key_id,
  account_id,
  time_bucket(INTERVAL 15 MINUTE, event_time)
HAVING count(DISTINCT region) >= 3
  OR count(DISTINCT operation) >= 4;
