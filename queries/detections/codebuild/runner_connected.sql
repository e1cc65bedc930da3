-- id: codebuild_runner_connected
-- title: Build project connected as runner of a foreign repository
-- severity: medium
-- status: stable
-- attack: [T1648, T1078.004]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A project got a webhook that runs jobs of a repository outside of AWS as a runner.
--   Whoever may push to that repository runs commands with the role of the project,
--   for as long as it exists.
-- false_positives:
--   - Teams that move their runners to CodeBuild.
-- blind_spots:
--   - The repository stands in the project, not in this event.
-- triage:
--   - "Look up the source of the project: whose repository is it?"
--   - "Read the role of the project: what may jobs do?"
--   - See who created the project and the connection or token it uses
--     (ImportSourceCredentials).
-- references:
--   - https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateWebhook.html
--   - https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.projectName' AS resource,
  coalesce(response_elements ->> '$.webhook.url', '') AS repository,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' connected build project ' || coalesce(request_parameters ->> '$.projectName', '?') || ' as runner'
    || coalesce(' of ' || (response_elements ->> '$.webhook.url'), '') AS summary
FROM events
WHERE operation IN ('codebuild:CreateWebhook', 'codebuild:UpdateWebhook')
  AND error_code IS NULL
  AND regexp_matches(request_parameters, 'WORKFLOW_JOB_QUEUED|RUNNER_BUILDKITE|RUNNER_GITHUB|RUNNER_GITLAB');
