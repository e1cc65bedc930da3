-- id: ecs_task_definition_risky
-- title: Task that owns its host, or holds plain secrets
-- kind: posture
-- check: ECS-01
-- severity: high
-- status: stable
-- resource_type: AWS::ECS::TaskDefinition
-- changed_by: [ecs:RegisterTaskDefinition, ecs:DeregisterTaskDefinition, ecs:CreateService, ecs:UpdateService]
-- remediation: aws ecs deregister-task-definition --task-definition {resource_id} --region {region}
-- why: A privileged container takes over its host and the roles of all tasks on it; a secret in a definition is read by whoever may read it.
-- fsbp: [ECS.4]
-- description: >
--   An active task definition runs privileged, in the host's network or among its processes,
--   mounts the host's root or its container socket, or has variables that are called like
--   secrets. A service fails whose tasks have public addresses and can be entered (ECS Exec).
-- blind_spots:
--   - Agents that watch hosts are privileged as well.
--   - CloudTrail does not show variables; without a look secrets are not seen. Values are never kept.
--   - By the logs alone only definitions are seen that were registered within them.
-- references:
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
--   - https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.TaskDefinition.ContainerDefinitions') IS NOT NULL AS known,
    (config ->> '$.TaskDefinition.Status') IS DISTINCT FROM 'INACTIVE' AS active,
    list_contains(config ->> '$.TaskDefinition.ContainerDefinitions[*].Privileged', 'true') AS privileged,
    (config ->> '$.TaskDefinition.NetworkMode') = 'host' AS host_network,
    (config ->> '$.TaskDefinition.PidMode') = 'host' OR (config ->> '$.TaskDefinition.IpcMode') = 'host' AS host_processes,
    list_filter(
      config ->> '$.TaskDefinition.Volumes[*].Host.SourcePath',
      lambda p: regexp_full_match(p, '/|/(var/)?run/(docker\.sock|containerd.*)|/etc|/root|/var/lib/docker')
    ) AS host_paths,
    list_sort(list_distinct(list_filter(
      config ->> '$.TaskDefinition.ContainerDefinitions[*].Environment[*].Name',
      lambda name: name_is_secret(name)
    ))) AS secrets,
    config ->> '$.TaskDefinition.ContainerDefinitions[*].Image' AS images
  FROM snapshots
  WHERE resource_type = 'AWS::ECS::TaskDefinition'
    AND status = 'found'
),
registered AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    regexp_extract(coalesce(
      response_elements ->> '$.taskDefinition.taskDefinitionArn',
      request_parameters ->> '$.taskDefinition'
    ), '[^/]+$') AS resource_id,
    operation = 'ecs:RegisterTaskDefinition' AS active,
    regexp_matches(request_parameters, '"privileged":\s*true') AS privileged,
    (request_parameters ->> '$.networkMode') = 'host' AS host_network,
    (request_parameters ->> '$.pidMode') = 'host' OR (request_parameters ->> '$.ipcMode') = 'host' AS host_processes,
    regexp_extract_all(request_parameters, '"sourcePath":\s*"(/|/(?:var/)?run/(?:docker\.sock|containerd[^"]*)|/etc|/root|/var/lib/docker)"', 1) AS host_paths,
    CAST([] AS VARCHAR[]) AS secrets,
    regexp_extract_all(request_parameters, '"image":\s*"([^"]+)"', 1) AS images
  FROM events
  WHERE operation IN ('ecs:RegisterTaskDefinition', 'ecs:DeregisterTaskDefinition')
    AND error_code IS NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, regexp_extract(coalesce(
      response_elements ->> '$.taskDefinition.taskDefinitionArn',
      request_parameters ->> '$.taskDefinition'
    ), '[^/]+$')
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
),
stated AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    active,
    privileged,
    host_network,
    host_processes,
    host_paths,
    secrets,
    images,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    resource_id,
    account_id,
    region,
    true AS known,
    active,
    privileged,
    host_network,
    host_processes,
    host_paths,
    secrets,
    images,
    [event_id] AS event_ids
  FROM registered
  WHERE resource_id <> ''
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    active,
    images,
    secrets,
    event_ids,
    concat_ws(
      ', ',
      CASE WHEN privileged THEN 'privileged' END,
      CASE WHEN host_network THEN 'in the host''s network' END,
      CASE WHEN host_processes THEN 'among the host''s processes' END,
      CASE WHEN len(host_paths) > 0 THEN 'with ' || array_to_string(host_paths, ' and ') || ' of the host' END,
      CASE WHEN len(secrets) > 0 THEN 'with ' || array_to_string(secrets, ' and ') || ' in the plain' END
    ) AS how
  FROM stated
),
services AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Service') IS NOT NULL AS known,
    (config ->> '$.Service.EnableExecuteCommand') = 'true'
      AND (config ->> '$.Service.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp') = 'ENABLED' AS reachable
  FROM snapshots
  WHERE resource_type = 'AWS::ECS::Service'
    AND status = 'found'
)
SELECT
  CASE WHEN known THEN CASE WHEN active AND how <> '' THEN 'FAIL' ELSE 'PASS' END END AS status,
  basis,
  as_of,
  'AWS::ECS::TaskDefinition' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'the containers of task ' || resource_id || ' could not be read'
    WHEN NOT active THEN 'task ' || resource_id || ' is deregistered'
    WHEN how <> '' THEN 'task ' || resource_id || ' runs ' || how
    ELSE 'task ' || resource_id || ' keeps within its containers'
  END AS summary,
  event_ids,
  images,
  secrets,
  NULL AS remediation
FROM judged
UNION ALL BY NAME
SELECT
  CASE WHEN known THEN CASE WHEN coalesce(reachable, false) THEN 'FAIL' ELSE 'PASS' END END AS status,
  'config' AS basis,
  captured_at AS as_of,
  'AWS::ECS::Service' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'what service ' || resource_id || ' runs could not be read'
    WHEN coalesce(reachable, false) THEN 'the tasks of service ' || resource_id || ' have public addresses and can be entered'
    ELSE 'the tasks of service ' || resource_id || ' do not both have public addresses and let anybody enter'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  'aws ecs update-service --cluster {cluster} --service {service} --desired-count 0 --no-enable-execute-command --region {region}' AS remediation,
  split_part(resource_id, '/', 1) AS cluster,
  split_part(resource_id, '/', -1) AS service
FROM services;
