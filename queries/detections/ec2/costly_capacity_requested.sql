-- id: ec2_costly_capacity_requested
-- title: Large, GPU or many instances requested
-- severity: medium
-- status: stable
-- attack: [T1496, T1578.002]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key asked for GPU or accelerator machines, for the largest sizes, or for ten and more
--   machines at once, by RunInstances, spot request, fleet or auto scaling group. It is what
--   miners launch first. Refused requests count on purpose; quotas and missing permissions stop
--   many of them.
-- false_positives:
--   - Machine learning and rendering teams; name their roles in a suppression.
-- blind_spots:
--   - What auto scaling and other AWS services launch is left out by invokedBy; only the request that made the group is seen. A type that stands in a launch template only is not in the event. A fleet that leaves the choice between more than three types to AWS fires by its size only, because cluster autoscalers ask so. Dry runs are counted elsewhere.
-- triage:
--   - Does the team of principal_arn use these types in this region? See outcome and error codes.
--   - Were the machines launched from an AMI or with user data of the organization?
--   - What did access_key_id do before - service quotas, DescribeInstanceTypes, CreateSecurityGroup, CreateKeyPair?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.execution.ec2-launch-unusual-instances/

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
    error_code,
    regexp_extract_all(request_parameters, '"[iI]nstanceType":(?:\{"value":)?"([a-z0-9.-]+)"', 1) AS types,
    list_max(list_transform(
      regexp_extract_all(request_parameters, '"(?:maxCount|[tT]otalTargetCapacity|targetCapacity|instanceCount|minSize|desiredCapacity)":"?([0-9]+)', 1),
      lambda n: TRY_CAST(n AS INTEGER)
    )) AS machines,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation IN ('ec2:RunInstances', 'ec2:RequestSpotInstances', 'ec2:RequestSpotFleet', 'ec2:CreateFleet', 'autoscaling:CreateAutoScalingGroup')
    AND error_code IS DISTINCT FROM 'Client.DryRunOperation'
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND (
      -- A fleet that names many types leaves the choice to AWS, as cluster autoscalers do.
      (operation <> 'ec2:CreateFleet' OR len(regexp_extract_all(request_parameters, '"InstanceType":"[^"]+"')) <= 3)
      AND regexp_matches(request_parameters, '"[iI]nstanceType":(?:\{"value":)?"(?:(?:p|g|gr|inf|trn|dl|vt|f|x|hpc)[0-9][a-z0-9-]*\.|u-|u7|[a-z0-9-]+\.(?:metal|(?:1[6-9]|[2-9][0-9]|1[0-9][0-9])xlarge))')
      OR regexp_matches(request_parameters, '"(?:maxCount|[tT]otalTargetCapacity|targetCapacity|instanceCount|minSize|desiredCapacity)":"?[0-9]{2,}')
    )
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
    error_code,
    types,
    machines,
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
  string_agg(DISTINCT region, ', ' ORDER BY region) AS regions,
  array_to_string(list_sort(list_distinct(flatten(list(types)))), ', ') AS instance_types,
  sum(machines) AS machines,
  count(*) FILTER (WHERE error_code IS NULL) || ' of ' || count(*) || ' requests granted' AS outcome,
  coalesce(principal_arn, '?') || ' asked for ' || coalesce(sum(machines), count(*)) || ' machines ('
    || array_to_string(list_sort(list_distinct(flatten(list(types)))), ', ') || ') in '
    || string_agg(DISTINCT region, ', ' ORDER BY region) || '; '
    || count(*) FILTER (WHERE error_code IS NULL) || ' of ' || count(*) || ' requests granted' AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst;
