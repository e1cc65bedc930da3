-- id: codebuild_project_made_public
-- title: Build project made public
-- severity: high
-- status: stable
-- attack: [T1552.001, T1078.004]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The builds of a project, with their logs and artifacts, were opened to everyone on
--   the internet. Logs often hold secrets.
-- false_positives:
--   - Open source projects.
-- blind_spots:
--   - What the logs hold.
-- triage:
--   - Set the project back to private and read its last logs for secrets.
--   - See what else the same principal changed in CodeBuild within the day.
-- references:
--   - https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProjectVisibility.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.projectArn' AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' made the builds of ' || coalesce(request_parameters ->> '$.projectArn', '?') || ' public' AS summary
FROM events
WHERE operation = 'codebuild:UpdateProjectVisibility'
  AND error_code IS NULL
  AND (request_parameters ->> '$.projectVisibility') = 'PUBLIC_READ';
