-- id: sequence_capacity_probed_then_mined
-- title: Capacity probed, then machines or containers started in bulk
-- severity: critical
-- status: test
-- attack: [T1580, T1496, T1610]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One identity asked for quotas or tried RunInstances as a dry run, and within six hours started machines
--   in two or more regions or protected them against termination, or created clusters with a service of ten
--   or more tasks. This is how mining is set up with a stolen key.
-- false_positives:
--   - A load test across regions by the platform team.
-- blind_spots:
--   - Mining in a single region without termination protection.
--   - Machines that a service starts for the identity (autoscaling, Spot) are left out; the group or fleet it
--     made is counted only for containers.
-- triage:
--   - List the instances and services created from event_time to last_time in every region, and stop them;
--     switch disableApiTermination off first.
--   - Deactivate access_key_id.
--   - "Look for roles, launch templates and functions that the same principal_arn made in the same hours: they
--     start machines again."
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
--   - https://aws.amazon.com/blogs/security/cryptomining-campaign-targeting-amazon-ec2-and-amazon-ecs/

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
    TRY_CAST(request_parameters ->> '$.desiredCount' AS INTEGER) AS tasks,
    CASE
      WHEN operation IN ('servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas', 'ec2:DescribeAccountAttributes') THEN 'probe'
      -- A dry run that would be allowed ends with this error.
      WHEN operation = 'ec2:RunInstances' AND error_code = 'Client.DryRunOperation' THEN 'probe'
      WHEN error_code IS NOT NULL THEN NULL
      WHEN operation = 'ec2:RunInstances' THEN 'start'
      WHEN operation = 'ec2:ModifyInstanceAttribute' AND (request_parameters ->> '$.disableApiTermination.value') = 'true' THEN 'protect'
      WHEN operation = 'ecs:CreateCluster' THEN 'cluster'
      WHEN operation IN ('ecs:CreateService', 'ecs:RunTask') THEN 'service'
      WHEN operation = 'ecs:RegisterTaskDefinition' THEN 'task'
      WHEN operation IN ('iam:CreateServiceLinkedRole', 'autoscaling:CreateAutoScalingGroup', 'ec2:CreateLaunchTemplate') THEN 'prepare'
    END AS step
  FROM events
  WHERE operation IN (
    'servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas', 'ec2:DescribeAccountAttributes', 'ec2:RunInstances',
    'ec2:ModifyInstanceAttribute', 'ecs:CreateCluster', 'ecs:CreateService', 'ecs:RunTask', 'ecs:RegisterTaskDefinition',
    'iam:CreateServiceLinkedRole', 'autoscaling:CreateAutoScalingGroup', 'ec2:CreateLaunchTemplate'
  )
    AND invoked_by IS NULL
),
-- The first probe of an identity in an hour stands for all of that hour.
probes AS (
  SELECT
    identity_arn,
    account_id,
    min(event_time) AS event_time,
    list(event_id ORDER BY event_time) AS probe_events,
    count(*) AS probes
  FROM steps
  WHERE step = 'probe'
    AND identity_arn IN (SELECT identity_arn FROM steps WHERE step IN ('start', 'service'))
  GROUP BY identity_arn, account_id, date_trunc('hour', event_time)
)
SELECT
  p.event_time,
  max(a.event_time) AS last_time,
  (any_value(p.probe_events) || list(a.event_id ORDER BY a.event_time))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  CAST(NULL AS VARCHAR) AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  count(DISTINCT a.region) AS regions,
  any_value(a.principal_arn) || ' probed capacity ' || any_value(p.probes) || ' times from ' || strftime(p.event_time, '%H:%M:%S')
    || ', then until ' || strftime(max(a.event_time), '%H:%M:%S')
    || ' started machines ' || count(*) FILTER (WHERE a.step = 'start') || ' times in '
    || count(DISTINCT a.region) FILTER (WHERE a.step = 'start')
    || ' regions, protected ' || count(*) FILTER (WHERE a.step = 'protect') || ' against termination, and asked for '
    || coalesce(sum(a.tasks), 0) || ' container tasks' AS summary
FROM probes AS p
JOIN steps AS a
  ON a.identity_arn = p.identity_arn
 AND a.account_id = p.account_id
 AND a.event_time BETWEEN p.event_time AND p.event_time + INTERVAL 6 HOUR
 AND a.step <> 'probe'
GROUP BY p.identity_arn, p.account_id, p.event_time
HAVING count(DISTINCT a.region) FILTER (WHERE a.step = 'start') >= 2
    OR min(a.event_time) FILTER (WHERE a.step = 'start') <= max(a.event_time) FILTER (WHERE a.step = 'protect')
    OR (min(a.event_time) FILTER (WHERE a.step = 'cluster') <= max(a.event_time) FILTER (WHERE a.step = 'service')
        AND sum(a.tasks) FILTER (WHERE a.step = 'service') >= 10)
QUALIFY row_number() OVER (PARTITION BY p.identity_arn, CAST(p.event_time AS DATE) ORDER BY p.event_time) = 1;
