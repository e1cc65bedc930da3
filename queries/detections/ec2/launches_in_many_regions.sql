-- id: ec2_launches_in_many_regions
-- title: One key launches or prepares machines in three or more regions
-- severity: high
-- status: stable
-- attack: [T1535, T1496, T1578.002]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key ran instances, or made key pairs, security groups or launch templates for them, in
--   three or more regions without a pause of an hour. Miners spread over all regions at once
--   because quotas are regional. Refused calls and dry runs count on purpose.
-- false_positives:
--   - Global deployments of a platform team, by pipeline; see user_agent and whether the regions are the usual ones.
-- blind_spots:
--   - What AWS services do for somebody is left out by invokedBy. A key that works in two regions only stays below the threshold.
-- triage:
--   - Which of regions does the organization use? List running instances in each of them now.
--   - Deactivate access_key_id before terminating; the same key may launch again.
--   - What did the key do first, and from which source_ip?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
--   - https://aws.amazon.com/blogs/security/cryptomining-campaign-targeting-amazon-ec2-and-amazon-ecs/

WITH calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    operation,
    error_code,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation IN (
      'ec2:RunInstances', 'ec2:RequestSpotInstances', 'ec2:RequestSpotFleet', 'ec2:CreateFleet', 'ec2:CreateLaunchTemplate',
      'ec2:ImportKeyPair', 'ec2:CreateKeyPair', 'ec2:CreateSecurityGroup'
    )
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
    region,
    operation,
    error_code,
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
  count(DISTINCT region) AS region_count,
  string_agg(DISTINCT region, ', ' ORDER BY region) AS regions,
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  coalesce(principal_arn, '?') || ' prepared or launched machines in ' || count(DISTINCT region) || ' regions: '
    || string_agg(DISTINCT region, ', ' ORDER BY region) AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(DISTINCT region) >= 3
  -- Security groups alone, as a pipeline makes them everywhere, are not enough.
  AND count(*) FILTER (
    WHERE operation IN ('ec2:RunInstances', 'ec2:RequestSpotInstances', 'ec2:RequestSpotFleet', 'ec2:CreateFleet', 'ec2:ImportKeyPair')
  ) >= 3;
