-- id: baseline_user_new_key_elsewhere
-- title: New access key of a user used from a network the user never used
-- severity: high
-- status: stable
-- attack: [T1098.001, T1078.004]
-- requires: [management]
-- key: [access_key_id, network]
-- baseline: true
-- history: 1
-- description: >
--   A user who worked in this case for at least a day has a new long-term key, and its first
--   call came from a network (/24, for IPv6 /48) where the user never was. That is what a
--   key looks like that an intruder made for somebody else’s user.
-- false_positives:
--   - A planned rotation of the key of a server that moves at the same time.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - A user who was only seen in the console or not at all has no network to compare with
--     where the console’s calls come from AWS.
-- triage:
--   - Who made the key? Look for iam:CreateAccessKey with response_elements naming this
--     access_key_id; is the caller the user?
--   - List all events of the access_key_id, and of its maker in the hour around.
--   - Delete the key when its owner did not ask for it.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
--   - https://attack.mitre.org/techniques/T1098/001/

WITH used AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    source_ip,
    user_agent,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:3], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:3], '.')
    END AS network,
    events,
    writes,
    first_time,
    first_event_id
  FROM activity
  WHERE identity_type = 'IAMUser'
    AND invoked_by IS NULL
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
),

new_keys AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    min(first_time) AS first_time,
    arg_min(first_event_id, first_time) AS first_event_id,
    arg_min(network, first_time) AS network,
    arg_min(source_ip, first_time) AS source_ip,
    arg_min(user_agent, first_time) AS user_agent,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(writes) AS BIGINT) AS writes
  FROM used
  WHERE starts_with(access_key_id, 'AKIA')
  GROUP BY
    access_key_id,
    principal_arn,
    account_id
)

SELECT
  n.first_time AS event_time,
  [n.first_event_id] AS event_ids,
  n.principal_arn,
  n.access_key_id,
  n.source_ip,
  n.account_id,
  n.user_agent,
  n.network,
  n.events,
  n.writes,
  CAST(date_diff('second', min(u.first_time), n.first_time) / 86400.0 AS DOUBLE) AS history_days,
  n.principal_arn || ' has a new key ' || n.access_key_id || ', first used from ' || n.source_ip
  || ', a network where this user never was' AS summary
FROM new_keys AS n
JOIN used AS u
  ON u.principal_arn = n.principal_arn
  AND u.first_time < n.first_time
GROUP BY
  n.first_time,
  n.first_event_id,
  n.principal_arn,
  n.access_key_id,
  n.source_ip,
  n.account_id,
  n.user_agent,
  n.network,
  n.events,
  n.writes
HAVING min(u.first_time) <= n.first_time - INTERVAL 1 DAY
  AND NOT bool_or(u.network = n.network);
