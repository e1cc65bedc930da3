-- id: baseline_address_many_keys
-- title: New address uses keys of several users
-- severity: high
-- status: stable
-- attack: [T1078.004, T1195.001]
-- requires: [management]
-- key: [source_ip]
-- baseline: true
-- description: >
--   An address that was never seen before used long-term keys of three or more users within
--   a day, each of them known for at least a day from elsewhere. One thief with many keys:
--   the place where they are stored together (a build system, a repository, a secret store)
--   is where to look.
-- false_positives:
--   - The company’s new VPN exit or office, a build host that moved.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - Behind a list of proxies each key comes from another address.
-- triage:
--   - List all keys used from source_ip, and where else each was used that day.
--   - Where are these keys stored together? That place is the way in.
--   - Disable them all at once, not one by one.
-- references:
--   - https://circleci.com/blog/jan-4-2023-incident-report/
--   - https://attack.mitre.org/techniques/T1078/004/

WITH used AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    source_ip,
    user_agent,
    events,
    first_time,
    first_event_id,
    min(first_time) OVER (PARTITION BY access_key_id) AS key_began,
    min(first_time) OVER (PARTITION BY source_ip) AS address_began
  FROM activity
  WHERE starts_with(access_key_id, 'AKIA')
    AND invoked_by IS NULL
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
    AND source_ip NOT IN (SELECT value FROM known WHERE kind = 'source_ip')
)

SELECT
  min(first_time) AS event_time,
  max(first_time) AS last_time,
  list(first_event_id ORDER BY first_time)[1:50] AS event_ids,
  source_ip,
  arg_min(account_id, first_time) AS account_id,
  arg_min(principal_arn, first_time) AS principal_arn,
  arg_min(user_agent, first_time) AS user_agent,
  count(DISTINCT principal_arn) AS users,
  CAST(sum(events) AS BIGINT) AS events,
  CAST(date_diff('second', max(key_began), min(first_time)) / 86400.0 AS DOUBLE) AS history_days,
  source_ip || ', never seen before, used the keys of ' || count(DISTINCT principal_arn) || ' users within a day: '
  || array_to_string(list(DISTINCT principal_arn ORDER BY principal_arn)[1:5], ', ') AS summary
FROM used
WHERE key_began <= address_began - INTERVAL 1 DAY
  AND first_time < address_began + INTERVAL 1 DAY
GROUP BY
  source_ip
HAVING count(DISTINCT principal_arn) >= 3;
