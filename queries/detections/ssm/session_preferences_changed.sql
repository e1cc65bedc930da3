-- id: ssm_session_preferences_changed
-- title: Session Manager preferences changed or hybrid activation made
-- severity: medium
-- status: stable
-- attack: [T1685.002, T1021.007, T1133]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   The document that says where Session Manager writes session logs was changed or deleted,
--   or an activation was made with which machines outside of AWS register themselves with a
--   role. Both are rare; the one hides shells, the other keeps a way in.
-- false_positives:
--   - Setting up session logs or a hybrid environment.
-- blind_spots:
--   - What the preferences said before is not in the event.
-- triage:
--   - "Compare the preferences now with what the organization demands: log group, bucket,
--     encryption."
--   - "For an activation: which machines (mi-…) registered after event_time, and what did the
--     role resource names do?"
-- references:
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocument.html
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html
--   - https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(request_parameters ->> '$.name', request_parameters ->> '$.iamRole') AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE event_name
    WHEN 'CreateActivation' THEN ' made a hybrid activation for role ' || coalesce(request_parameters ->> '$.iamRole', '?')
      || coalesce(' and up to ' || (request_parameters ->> '$.registrationLimit') || ' machines', '')
    WHEN 'DeleteDocument' THEN ' deleted the preferences of Session Manager'
    ELSE ' changed the preferences of Session Manager'
  END AS summary
FROM events
WHERE operation IN ('ssm:UpdateDocument', 'ssm:DeleteDocument', 'ssm:CreateActivation')
  AND error_code IS NULL
  AND (
    operation = 'ssm:CreateActivation'
    OR (request_parameters ->> '$.name') = 'SSM-SessionManagerRunShell'
  );
