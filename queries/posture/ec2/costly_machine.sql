-- id: ec2_costly_machine
-- title: Costly machine, or one in an unused region, of the incident's time
-- kind: posture
-- check: CMP-01
-- severity: high
-- status: stable
-- resource_type: AWS::EC2::Instance
-- changed_by: [ec2:RunInstances, ec2:ModifyInstanceAttribute]
-- remediation: aws ec2 terminate-instances --instance-ids {resource_id} --region {region}
-- why: Miners run on stolen accounts until somebody ends each machine; protection against that is switched on first.
-- description: >
--   A machine runs that has graphics processors or is very large, or that is in a region
--   where the account had launched none before the incident, and it was launched within the
--   incident's time (within the logs, where that is not known). Where termination protection
--   is on, switch it off first; the command then is the one that is shown.
-- blind_spots:
--   - Batch services (ECS, EKS, SageMaker, Lightsail) are not looked at.
--   - A machine that was launched before is taken for the account's own.
--   - By the logs alone, whether a machine stopped itself is not known.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html

WITH incident AS (
  SELECT any_value(since) AS since, any_value(until) AS until FROM scope
),
calls AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    request_parameters ->> '$.instanceType' AS requested_type,
    json_items(json_extract(response_elements, '$.instancesSet.items')) AS instances
  FROM events
  WHERE operation = 'ec2:RunInstances'
    AND error_code IS NULL
),
-- Where the account launched machines before the incident.
regions AS (
  SELECT DISTINCT
    c.account_id,
    c.region
  FROM calls AS c
  CROSS JOIN incident AS i
  WHERE c.event_time < i.since
),
each_call AS (
  SELECT event_time, event_id, account_id, region, requested_type, unnest(instances) AS instance FROM calls
),
launched AS (
  SELECT
    account_id,
    region,
    instance ->> '$.instanceId' AS instance_id,
    min(event_time) AS launched_at,
    arg_min(event_id, event_time) AS event_id,
    arg_min(coalesce(instance ->> '$.instanceType', requested_type), event_time) AS instance_type
  FROM each_call
  WHERE (instance ->> '$.instanceId') IS NOT NULL
  GROUP BY ALL
),
looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    config ->> '$.Instance.InstanceType' AS instance_type,
    config ->> '$.Instance.State.Name' AS state,
    TRY_CAST(config ->> '$.Instance.LaunchTime' AS TIMESTAMP) AS launch_time,
    coalesce((config ->> '$.DisableApiTermination.Value') = 'true', false) AS protected
  FROM snapshots
  WHERE resource_type = 'AWS::EC2::Instance'
    AND status = 'found'
),
stated AS (
  SELECT
    CASE WHEN l.event_id IS NULL THEN 'config' ELSE 'joined' END AS basis,
    s.captured_at AS as_of,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.instance_type,
    s.state,
    coalesce(l.launched_at, s.launch_time) AS launched_at,
    l.event_id,
    s.protected
  FROM looked AS s
  LEFT JOIN launched AS l ON l.account_id = s.account_id AND l.region = s.region AND l.instance_id = s.resource_id
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    launched_at AS as_of,
    instance_id AS resource_id,
    account_id,
    region,
    instance_type,
    'running' AS state,
    launched_at,
    event_id,
    false AS protected
  FROM launched
),
judged AS (
  SELECT
    s.basis,
    s.as_of,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.instance_type,
    s.state,
    s.launched_at,
    s.event_id,
    s.protected,
    s.state IN ('terminated', 'shutting-down', 'stopped', 'stopping') AS ended,
    regexp_matches(s.instance_type, '^(?:(?:p|g|gr|inf|trn|dl|vt|f|x|hpc)[0-9][a-z0-9-]*\.|u-|u7|[a-z0-9-]+\.(?:metal|(?:1[6-9]|[2-9][0-9]|1[0-9][0-9])xlarge))') AS costly,
    EXISTS (SELECT 1 FROM regions AS r WHERE r.account_id = s.account_id)
      AND NOT EXISTS (SELECT 1 FROM regions AS r WHERE r.account_id = s.account_id AND r.region = s.region) AS new_region,
    CASE
      WHEN i.since IS NULL AND i.until IS NULL THEN CASE WHEN s.event_id IS NOT NULL THEN true END
      ELSE s.launched_at >= coalesce(i.since, s.launched_at) AND s.launched_at <= coalesce(i.until, s.launched_at)
    END AS late
  FROM stated AS s
  CROSS JOIN incident AS i
)
SELECT
  CASE
    WHEN ended OR NOT costly AND NOT new_region THEN 'PASS'
    WHEN (costly OR new_region) AND late THEN 'FAIL'
    WHEN late IS NOT NULL AND instance_type IS NOT NULL THEN 'PASS'
  END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN instance_type IS NULL THEN 'what kind of machine ' || resource_id || ' is could not be read'
    WHEN ended THEN resource_id || ' (' || instance_type || ') is ' || state
    WHEN NOT costly AND NOT new_region THEN resource_id || ' (' || instance_type || ') is an ordinary machine'
    WHEN late IS NULL THEN 'whether ' || resource_id || ' (' || instance_type || ') was launched in the incident is not known'
    WHEN NOT late THEN resource_id || ' (' || instance_type || ') was not launched in the incident''s time'
    ELSE resource_id || ' (' || instance_type || ') was launched ' || strftime(launched_at, 'on %Y-%m-%d %H:%M')
      || CASE WHEN new_region THEN ' in ' || region || ', where there was none before' ELSE '' END
      || CASE WHEN protected THEN ', and is protected against termination' ELSE '' END
  END AS summary,
  CASE WHEN event_id IS NULL THEN CAST([] AS VARCHAR[]) ELSE [event_id] END AS event_ids,
  instance_type,
  launched_at,
  CASE WHEN protected THEN 'aws ec2 modify-instance-attribute --instance-id {resource_id} --no-disable-api-termination --region {region}' END AS remediation
FROM judged;
