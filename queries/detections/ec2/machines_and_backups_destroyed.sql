-- id: ec2_machines_and_backups_destroyed
-- title: Machines, disks or images destroyed in bulk
-- severity: high
-- status: stable
-- attack: [T1485, T1490]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key terminated or deleted ten or more instances, volumes, snapshots and images of at
--   least two kinds, or 25 instances or volumes, without a pause of an hour. Machines together
--   with their backups is what destruction looks like.
-- false_positives:
--   - Teardown of a test environment by pipeline; clean-up tools for unused disks.
-- blind_spots:
--   - What AWS services (auto scaling, Data Lifecycle Manager, CloudFormation) delete for somebody is left out by invokedBy. Clean-up of snapshots and images alone does not fire, however many.
-- triage:
--   - Is principal_arn the pipeline that made them? Does the time fit a planned teardown?
--   - Snapshots and AMIs may be in the Recycle Bin; look there before anything else.
--   - Are there backups in another account, and did the same key reach them?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html

WITH calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    operation,
    region,
    request_parameters AS request,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation IN ('ec2:TerminateInstances', 'ec2:DeleteVolume', 'ec2:DeleteSnapshot', 'ec2:DeregisterImage')
    AND error_code IS NULL
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
    operation,
    region,
    request,
    count(*) FILTER (WHERE previous_time IS NULL OR event_time - previous_time > INTERVAL 1 HOUR)
      OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time ROWS UNBOUNDED PRECEDING) AS burst
  FROM calls
)
,
deletions AS (
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
    burst,
    unnest(regexp_extract_all(request, '"((?:i|vol|snap|ami)-[0-9a-z]+)"', 1)) AS target
  FROM bursts
),
totals AS (
  SELECT
    min(event_time) AS event_time,
    max(event_time) AS last_time,
    list(DISTINCT event_id ORDER BY event_id) AS event_ids,
    principal_arn,
    access_key_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(user_agent, event_time) AS user_agent,
    account_id,
    string_agg(DISTINCT region, ', ' ORDER BY region) AS regions,
    count(DISTINCT target) FILTER (WHERE operation = 'ec2:TerminateInstances') AS instances,
    count(DISTINCT target) FILTER (WHERE operation = 'ec2:DeleteVolume') AS volumes,
    count(DISTINCT target) FILTER (WHERE operation = 'ec2:DeleteSnapshot') AS snapshots,
    count(DISTINCT target) FILTER (WHERE operation = 'ec2:DeregisterImage') AS images
  FROM deletions
  GROUP BY account_id, principal_arn, access_key_id, burst
)
SELECT
  event_time,
  last_time,
  event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  regions,
  instances,
  volumes,
  snapshots,
  images,
  coalesce(principal_arn, '?') || ' destroyed ' || instances || ' instances, ' || volumes || ' volumes, ' || snapshots || ' snapshots, ' || images || ' images' AS summary
FROM totals
WHERE (instances >= 25 OR volumes >= 25)
  OR (
    instances + volumes + snapshots + images >= 10
    AND instances + volumes > 0
    AND CAST(instances > 0 AS INTEGER) + CAST(volumes > 0 AS INTEGER) + CAST(snapshots > 0 AS INTEGER) + CAST(images > 0 AS INTEGER) >= 2
  );
