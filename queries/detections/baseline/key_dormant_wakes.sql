-- id: baseline_key_dormant_wakes
-- title: Access key used again after two weeks or more
-- severity: medium
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [access_key_id, event_time]
-- baseline: true
-- history: 14
-- description: >
--   A long-term key that was in use before made its first call after fourteen days or more
--   without any. Keys that nobody needs are not watched, and are found in old repositories,
--   images and backups.
-- false_positives:
--   - A job that runs once a month or a quarter; an owner who comes back from leave.
-- blind_spots:
--   - "The gap is in the logs of this case: a trail that was off or logs that are missing look like sleep. Compare with the coverage."
--   - A key that was never used before in this case is in baseline_user_new_key_elsewhere.
-- triage:
--   - Is source_ip one that the key used before the gap?
--   - Does the job behind the principal_arn run at this rhythm? Look further back.
--   - Disable a key that nobody misses.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH days AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    day,
    min(first_time) AS first_time,
    max(last_time) AS last_time,
    arg_min(first_event_id, first_time) AS first_event_id,
    arg_min(source_ip, first_time) AS source_ip,
    arg_min(user_agent, first_time) AS user_agent,
    CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(writes) AS BIGINT) AS writes
  FROM activity
  WHERE starts_with(access_key_id, 'AKIA')
    AND invoked_by IS NULL
  GROUP BY
    access_key_id,
    principal_arn,
    account_id,
    day
),

gaps AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    first_time,
    last_time,
    first_event_id,
    source_ip,
    user_agent,
    events,
    writes,
    lag(last_time) OVER (PARTITION BY access_key_id, principal_arn, account_id ORDER BY day) AS slept_since,
    min(first_time) OVER (PARTITION BY access_key_id, principal_arn, account_id) AS began
  FROM days
)

SELECT
  first_time AS event_time,
  last_time,
  [first_event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  user_agent,
  events,
  writes,
  date_diff('day', slept_since, first_time) AS days_asleep,
  CAST(date_diff('second', began, first_time) / 86400.0 AS DOUBLE) AS history_days,
  coalesce(principal_arn, 'somebody') || ' used key ' || access_key_id || ' from ' || coalesce(source_ip, '?') || ' after '
  || date_diff('day', slept_since, first_time) || ' days without a call; ' || events || ' calls that day' AS summary
FROM gaps
WHERE first_time >= slept_since + INTERVAL 14 DAY;
