-- id: iam_root_access_key_created
-- title: Access key made for root
-- severity: critical
-- status: stable
-- attack: [T1098.001]
-- requires: [management]
-- key: [account_id, access_key_id, event_time]
-- description: >
--   Somebody made an access key for the root user. Such a key can do everything, knows
--   no policy that limits it, and has no good use.
-- false_positives:
--   - None that justifies keeping the key.
-- blind_spots:
--   - A key for root that was made before the case begins shows only by its use; see account_root_activity.
-- triage:
--   - Delete the key, then list every event with it (attribute new_key).
--   - How did root sign in? Read ConsoleLogin and PasswordRecovery events of the account in the day before.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  response_elements ->> '$.accessKey.accessKeyId' AS new_key,
  coalesce(principal_arn, 'arn:aws:iam::' || account_id || ':root') AS resource,
  'Root of account ' || coalesce(account_id, '?') || ' made an access key for itself'
    || coalesce(': ' || (response_elements ->> '$.accessKey.accessKeyId'), '') AS summary
FROM events
WHERE operation = 'iam:CreateAccessKey'
  AND error_code IS NULL
  AND identity_type = 'Root'
  -- With a user name it is the key of that user.
  AND (request_parameters ->> '$.userName') IS NULL;
