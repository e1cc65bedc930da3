-- id: ecs_command_executed
-- title: Command run in a container by ECS Exec
-- severity: low
-- status: stable
-- attack: [T1651]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Somebody opened a shell or ran a command in a running container. It reaches the secrets and
--   the role of the task without SSH.
-- false_positives:
--   - Developers who debug; common where ECS Exec is switched on.
-- blind_spots:
--   - What was typed is only logged where the cluster logs ECS Exec sessions. Denied attempts are not shown.
-- triage:
--   - Does principal_arn belong to the team of the service?
--   - Look for calls of the task's role from source addresses outside of AWS after event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.task' AS resource,
  request_parameters ->> '$.cluster' AS cluster,
  request_parameters ->> '$.command' AS command,
  coalesce(principal_arn, '?') || ' ran a command in task ' || coalesce(split_part(request_parameters ->> '$.task', '/', -1), '?')
    || ' of cluster ' || coalesce(split_part(request_parameters ->> '$.cluster', '/', -1), '?') AS summary
FROM events
WHERE operation = 'ecs:ExecuteCommand'
  AND error_code IS NULL;
