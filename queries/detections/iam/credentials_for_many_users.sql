-- id: iam_credentials_for_many_users
-- title: Keys or passwords made for many IAM users
-- severity: high
-- status: stable
-- attack: [T1098.001]
-- requires: [management]
-- key: [account_id, principal_arn, access_key_id, event_time]
-- description: >
--   One principal made access keys or console passwords for at least four other IAM
--   users without a pause of half an hour. An intruder does so to keep many ways in.
-- false_positives:
--   - Roll-out of keys by an administrator or by a deployment.
-- blind_spots:
--   - The calls are counted by principal and key; a change of keys in between cuts the row.
--   - Calls with longer pauses are separate rows.
-- triage:
--   - Which of the users were there before, and whose are they?
--   - "Follow all the new keys: each CreateAccessKey response names one."
--   - Deactivate the keys that nobody asked for.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
--   - https://www.sysdig.com/blog/ai-assisted-cloud-intrusion-achieves-admin-access-in-8-minutes

WITH given AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    coalesce(identity_arn, principal_arn, identity_type, 'someone') AS who,
    request_parameters ->> '$.userName' AS user_name,
    event_time > coalesce(
      lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) + INTERVAL 30 MINUTE,
      '-infinity'::TIMESTAMP
    ) AS starts
  FROM events
  WHERE operation IN ('iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile')
    AND error_code IS NULL
    AND lower(request_parameters ->> '$.userName') <> lower(coalesce(session_name, split_part(principal_arn, '/', -1)))
),
bursts AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    who,
    user_name,
    count(*) FILTER (WHERE starts) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS burst
  FROM given
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  count(DISTINCT user_name) AS users,
  any_value(who) || ' made keys or passwords for ' || CAST(count(DISTINCT user_name) AS VARCHAR) || ' users: '
    || array_to_string(list_sort(list(DISTINCT user_name))[1:10], ', ') AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(DISTINCT user_name) >= 4;
