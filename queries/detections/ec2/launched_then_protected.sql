-- id: ec2_launched_then_protected
-- title: Instances launched and at once protected against termination
-- severity: high
-- status: stable
-- attack: [T1496, T1578.002, T1578.005]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key launched instances and within the hour forbade to terminate or stop three or more
--   instances. Miners do it so that a responder has to lift the protection one by one before
--   cleaning up.
-- false_positives:
--   - Terraform that makes several machines with termination protection; see user_agent. A person who does it is rare.
-- blind_spots:
--   - Machines whose launch asked for the protection itself are not counted; many products do so. AWS services are left out by invokedBy.
-- triage:
--   - Are the machines the organization's? Look at their type, AMI and region.
--   - Deactivate access_key_id first; then lift the protection and terminate.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
--   - https://aws.amazon.com/blogs/security/cryptomining-campaign-targeting-amazon-ec2-and-amazon-ecs/

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
    request_parameters ->> '$.instanceId' AS instance
  FROM events
  WHERE operation IN ('ec2:RunInstances', 'ec2:ModifyInstanceAttribute')
    AND error_code IS NULL
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND (
      operation = 'ec2:RunInstances'
      OR (request_parameters ->> '$.disableApiTermination.value') = 'true'
      OR (request_parameters ->> '$.disableApiStop.value') = 'true'
      OR ((request_parameters ->> '$.attribute') IN ('disableApiTermination', 'disableApiStop') AND (request_parameters ->> '$.value') = 'true')
    )
),
pairs AS (
  SELECT
    protected.event_time,
    protected.event_id,
    protected.principal_arn,
    protected.access_key_id,
    protected.source_ip,
    protected.user_agent,
    protected.account_id,
    protected.region,
    protected.instance,
    max(launch.event_time) AS launched_at,
    arg_max(launch.event_id, launch.event_time) AS launch_id
  FROM steps AS protected
  JOIN steps AS launch
    ON launch.operation = 'ec2:RunInstances'
    AND launch.account_id = protected.account_id
    AND launch.principal_arn = protected.principal_arn
    AND launch.access_key_id IS NOT DISTINCT FROM protected.access_key_id
    AND launch.event_time BETWEEN protected.event_time - INTERVAL 1 HOUR AND protected.event_time
  WHERE protected.operation = 'ec2:ModifyInstanceAttribute'
  GROUP BY ALL
)
SELECT
  min(launched_at) AS event_time,
  max(event_time) AS last_time,
  list_sort(list_distinct(list(launch_id) || list(event_id))) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  string_agg(DISTINCT region, ', ' ORDER BY region) AS regions,
  count(DISTINCT instance) AS instances,
  coalesce(principal_arn, '?') || ' launched machines and within the hour protected ' || count(DISTINCT instance)
    || ' instances against termination' AS summary
FROM pairs
GROUP BY account_id, principal_arn, access_key_id, CAST(event_time AS DATE)
HAVING count(DISTINCT instance) >= 3;
