-- id: reports_region_probing
-- title: Who looked into many regions, quotas or models
-- answers: [Q14]
-- requires: [management]
-- description: >
--   Callers that asked the same kind of question (instances, regions, quotas, sending
--   limits, models, launches) in four or more regions within one hour. Inventory tools and
--   AWS Config do so too: look at who and from where. attempts and errors are apart. 1,000 rows.

SELECT
  date_trunc('hour', event_time) AS hour,
  account_id,
  principal_arn,
  access_key_id,
  source_ip,
  count(DISTINCT region) AS regions,
  list(DISTINCT operation ORDER BY operation) AS operations,
  count(*) AS attempts,
  count(*) FILTER (WHERE error_code IS NULL) AS succeeded,
  count(error_code) AS errors,
  list(DISTINCT region ORDER BY region) AS region_names,
  list(DISTINCT user_agent ORDER BY user_agent) AS user_agents,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM events
WHERE operation IN (
  'account:EnableRegion',
  'account:ListRegions',
  'bedrock:GetFoundationModelAvailability',
  'bedrock:ListFoundationModels',
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
  'ec2:DescribeRegions',
  'ec2:DescribeVpcs',
  'ec2:RunInstances',
  'lambda:ListFunctions',
  'secretsmanager:ListSecrets',
  'servicequotas:GetAWSDefaultServiceQuota',
  'servicequotas:GetServiceQuota',
  'servicequotas:ListServiceQuotas',
  'servicequotas:RequestServiceQuotaIncrease',
  'ses:GetAccount',
  'ses:GetSendQuota',
  'sns:GetSMSAttributes',
  'ssm:DescribeParameters'
)
  AND identity_type <> 'AWSService'
  AND invoked_by IS NULL
GROUP BY
  date_trunc('hour', event_time),
  account_id,
  principal_arn,
  access_key_id,
  source_ip
HAVING regions >= 4
ORDER BY
  regions DESC,
  hour,
  principal_arn,
  access_key_id,
  source_ip
LIMIT 1000;
