-- id: ecs_task_definition_suspicious
-- title: Container definition with full power over its host or very many processors
-- severity: medium
-- status: stable
-- attack: [T1610, T1496]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A task definition was registered that runs privileged, mounts the root or the container
--   socket of the host, shares its processes, or asks for eight or more processors of Fargate.
--   The first three lead out of the container, the last is how miners run on ECS.
-- false_positives:
--   - Monitoring and security agents that run on every host, build runners, and heavy batch work.
-- blind_spots:
--   - The number of tasks stands in CreateService and RunTask. A privileged container through an older revision is not registered again.
-- triage:
--   - Whose image is it? An image from a public registry with a pool address in its command is mining.
--   - Did the same access_key_id make a cluster and run it, in which regions?
--   - Which role do the tasks have (taskRoleArn)?
-- references:
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
--   - https://aws.amazon.com/blogs/security/cryptomining-campaign-targeting-amazon-ec2-and-amazon-ecs/

WITH definitions AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.family' AS resource,
    array_to_string(regexp_extract_all(request_parameters, '"image":"([^"]+)"', 1), ', ') AS images,
    concat_ws(
      ', ',
      CASE WHEN regexp_matches(request_parameters, '"privileged":true') THEN 'privileged' END,
      CASE WHEN (request_parameters ->> '$.pidMode') = 'host' THEN 'processes of the host' END,
      CASE WHEN regexp_matches(request_parameters, '"sourcePath":"(?:/|/var/run/docker\.sock|/run/containerd[^"]*|/etc|/root)"') THEN 'files of the host' END,
      CASE
        WHEN TRY_CAST(request_parameters ->> '$.cpu' AS INTEGER) >= 8192 AND regexp_matches(request_parameters, '"FARGATE"')
        THEN TRY_CAST(request_parameters ->> '$.cpu' AS INTEGER) // 1024 || ' processors'
      END
    ) AS why
  FROM events
  WHERE operation = 'ecs:RegisterTaskDefinition'
    AND error_code IS NULL
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  images,
  why,
  coalesce(principal_arn, '?') || ' registered the task ' || coalesce(resource, '?') || ' (' || why || ') of ' || coalesce(images, '?') AS summary
FROM definitions
WHERE why <> '';
