-- id: ecs_cluster_made_and_filled
-- title: New container cluster, task and service by one key within the hour
-- severity: medium
-- status: stable
-- attack: [T1610, T1496]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, region]
-- description: >
--   One key made a cluster, registered a task definition and ran it as a service or task in the
--   same region within an hour, other than by CloudFormation or Terraform. Miners on Fargate do
--   just this, region by region.
-- false_positives:
--   - A first deployment by hand or by a tool that is no infrastructure as code.
-- blind_spots:
--   - CloudFormation is left out by invokedBy, Terraform by what its user agent says, because both stand in code. A cluster that existed before is not this.
-- triage:
--   - Which image does the task run, with which command?
--   - Are there as many clusters in other regions? Group by region.
--   - Deactivate access_key_id before deleting the services.
-- references:
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
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
    coalesce(request_parameters ->> '$.clusterName', request_parameters ->> '$.cluster') AS cluster
  FROM events
  WHERE operation IN ('ecs:CreateCluster', 'ecs:RegisterTaskDefinition', 'ecs:CreateService', 'ecs:RunTask')
    AND error_code IS NULL
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND coalesce(user_agent, '') NOT LIKE '%HashiCorp%'
)
SELECT
  made.event_time,
  max(step.event_time) AS last_time,
  [made.event_id] || list(step.event_id ORDER BY step.event_time) AS event_ids,
  made.principal_arn,
  made.access_key_id,
  made.source_ip,
  made.user_agent,
  made.account_id,
  made.region,
  made.cluster AS resource,
  coalesce(made.principal_arn, '?') || ' made cluster ' || coalesce(made.cluster, '?') || ' in ' || coalesce(made.region, '?')
    || ', registered a task and ran it within ' || date_diff('minute', made.event_time, max(step.event_time)) || ' minutes' AS summary
FROM steps AS made
JOIN steps AS step
  ON step.operation <> 'ecs:CreateCluster'
  AND step.account_id = made.account_id
  AND step.region = made.region
  AND step.principal_arn = made.principal_arn
  AND step.access_key_id IS NOT DISTINCT FROM made.access_key_id
  AND step.event_time BETWEEN made.event_time - INTERVAL 1 HOUR AND made.event_time + INTERVAL 1 HOUR
WHERE made.operation = 'ecs:CreateCluster'
GROUP BY
  made.event_time,
  made.event_id,
  made.principal_arn,
  made.access_key_id,
  made.source_ip,
  made.user_agent,
  made.account_id,
  made.region,
  made.cluster
HAVING bool_or(step.operation = 'ecs:RegisterTaskDefinition')
  AND bool_or(step.operation IN ('ecs:CreateService', 'ecs:RunTask') AND step.event_time >= made.event_time);
