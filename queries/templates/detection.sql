-- id: {{id}}
-- title: {{title}}
-- severity: medium
-- status: experimental
-- attack: [T1098.001]
-- requires: [management]
-- key: [principal_arn, resource, account_id]
-- description: >
--   Say in a sentence or two what this means to a responder. This template finds access
--   keys that were made for somebody else.
-- false_positives:
--   - Say when it is benign, and how to tell.
-- blind_spots:
--   - Say what it cannot see.
-- triage:
--   - List what the new key, in resource, did in the day after.
--   - List every event by the same access_key_id in the hour before.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html

-- Each row is one finding. Filter by operation first; ->> needs parentheses when it is
-- compared; success is the absence of error_code. queries/README.md explains the rest.
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  issued_access_key_id AS resource,
  (request_parameters ->> '$.userName') AS for_user,
  coalesce(principal_arn, 'somebody') || ' made an access key for ' || (request_parameters ->> '$.userName') AS summary
FROM events
WHERE operation = 'iam:CreateAccessKey'
  AND error_code IS NULL
  AND (request_parameters ->> '$.userName') IS NOT NULL
  AND NOT ends_with(coalesce(principal_arn, ''), '/' || (request_parameters ->> '$.userName'));
