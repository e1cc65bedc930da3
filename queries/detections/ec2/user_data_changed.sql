-- id: ec2_user_data_changed
-- title: User data of an existing instance replaced
-- severity: medium
-- status: stable
-- attack: [T1651, T1059.009]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The start script of an instance that already ran was replaced. The instance must be stopped
--   for it, and a script that runs at every start then runs as root with the role of the
--   instance. Where the same principal stopped the instance within the hour before and started
--   it within the hour after, both events are cited.
-- false_positives:
--   - Terraform and CloudFormation do exactly this when user data changes in the code; see user_agent.
-- blind_spots:
--   - The script itself is hidden in the log. A new version of a launch template reaches new instances without this event.
-- triage:
--   - Read the user data of resource now, and compare it with the code that made the instance.
--   - Did resource's role (session name i-…) call anything new after started_at?
--   - List everything else access_key_id did in the hour before and after.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.execution.ec2-user-data/

WITH steps AS (
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
    CASE
      WHEN operation = 'ec2:ModifyInstanceAttribute' THEN [request_parameters ->> '$.instanceId']
      ELSE request_parameters ->> '$.instancesSet.items[*].instanceId'
    END AS instances
  FROM events
  WHERE operation IN ('ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances')
    AND error_code IS NULL
    AND (
      operation <> 'ec2:ModifyInstanceAttribute'
      OR json_exists(request_parameters, '$.userData')
      OR (request_parameters ->> '$.attribute') = 'userData'
    )
),
each_step AS (
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
    unnest(instances) AS instance
  FROM steps
)
SELECT
  changed.event_time,
  list_sort(list_distinct(list(other.event_id) FILTER (WHERE other.event_id IS NOT NULL) || [changed.event_id])) AS event_ids,
  changed.principal_arn,
  changed.access_key_id,
  changed.source_ip,
  changed.user_agent,
  changed.account_id,
  changed.region,
  changed.instance AS resource,
  max(other.event_time) FILTER (WHERE other.operation = 'ec2:StopInstances') AS stopped_at,
  min(other.event_time) FILTER (WHERE other.operation = 'ec2:StartInstances') AS started_at,
  coalesce(changed.principal_arn, '?') || ' replaced the user data of ' || coalesce(changed.instance, '?')
    || CASE
      WHEN count(*) FILTER (WHERE other.operation = 'ec2:StartInstances') > 0 THEN ' and started it'
      ELSE ''
    END AS summary
FROM each_step AS changed
LEFT JOIN each_step AS other
  ON other.instance = changed.instance
  AND other.account_id = changed.account_id
  AND other.principal_arn IS NOT DISTINCT FROM changed.principal_arn
  AND (
    other.operation = 'ec2:StopInstances' AND other.event_time BETWEEN changed.event_time - INTERVAL 1 HOUR AND changed.event_time
    OR other.operation = 'ec2:StartInstances' AND other.event_time BETWEEN changed.event_time AND changed.event_time + INTERVAL 1 HOUR
  )
WHERE changed.operation = 'ec2:ModifyInstanceAttribute'
GROUP BY
  changed.event_time,
  changed.event_id,
  changed.principal_arn,
  changed.access_key_id,
  changed.source_ip,
  changed.user_agent,
  changed.account_id,
  changed.region,
  changed.instance;
