-- id: ec2_instance_contents_read_in_bulk
-- title: User data or console of many instances read
-- severity: medium
-- status: stable
-- attack: [T1552, T1580]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key read the user data, the console output, a screenshot or the launch template data of
--   five or more instances without a pause of an hour. Scripts that start machines often hold
--   passwords and keys. Denied calls count on purpose.
-- false_positives:
--   - Posture scanners and inventory tools that read user data to look for secrets themselves.
-- blind_spots:
--   - Reads for AWS services are left out by invokedBy. User data read on the machine itself, from the metadata service, is in no log. User data inside DescribeLaunchTemplateVersions is not counted.
-- triage:
--   - Is user_agent a scanner that the organization runs, from its usual source_ip?
--   - Read the user data of the instances that answered. Which secrets are in it? Change them.
--   - Look for calls with keys found there in the following hours.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleScreenshot.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.discovery.ec2-download-user-data/

WITH calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    error_code,
    operation,
    coalesce(
      request_parameters ->> '$.instanceId',
      request_parameters ->> '$.GetLaunchTemplateDataRequest.InstanceId',
      request_parameters ->> '$.GetConsoleScreenshotRequest.InstanceId'
    ) AS instance,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation IN ('ec2:DescribeInstanceAttribute', 'ec2:GetConsoleOutput', 'ec2:GetConsoleScreenshot', 'ec2:GetLaunchTemplateData')
    AND (operation <> 'ec2:DescribeInstanceAttribute' OR (request_parameters ->> '$.attribute') = 'userData')
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
-- A burst: the calls of one key in one account without a pause of more than an hour.
bursts AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    error_code,
    operation,
    instance,
    count(*) FILTER (WHERE previous_time IS NULL OR event_time - previous_time > INTERVAL 1 HOUR)
      OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time ROWS UNBOUNDED PRECEDING) AS burst
  FROM calls
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  count(DISTINCT instance) AS instances,
  count(*) FILTER (WHERE error_code IS NULL) AS answered,
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  coalesce(principal_arn, '?') || ' read user data or console of ' || count(DISTINCT instance) || ' instances, '
    || count(*) FILTER (WHERE error_code IS NULL) || ' of ' || count(*) || ' calls were answered' AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(DISTINCT instance) >= 5;
