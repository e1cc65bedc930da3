-- id: threshold_address_many_accounts
-- title: One address touched many accounts within ten minutes
-- severity: low
-- status: stable
-- attack: [T1078.004, T1199]
-- requires: [management]
-- key: [source_ip, event_time]
-- description: >
--   Calls with success from one public address reached five or more accounts within ten
--   minutes. It is what a management tool does, and what an intruder does who found a role
--   that many accounts trust.
-- false_positives:
--   - Organization-wide tools, deployment pipelines, and administrators at the office; note
--     their address as known.
-- blind_spots:
--   - It counts the first call of each address and account on a day.
-- triage:
--   - List the principal_arn and access_key_id behind each account, and the AssumeRole
--     events that issued the keys.
--   - Has the address been there on the days before?
-- references:
--   - https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH account_starts AS (
  SELECT
    source_ip,
    account_id,
    day,
    min(first_time) AS started,
    arg_min(first_event_id, first_time) AS first_event_id,
    arg_min(principal_arn, first_time) AS principal_arn,
    arg_min(user_agent, first_time) AS user_agent
  FROM activity
  WHERE invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
    AND NOT regexp_matches(source_ip, '^(10|192[.]168|172[.](1[6-9]|2[0-9]|3[01]))[.]')
    AND errors < events
    AND source_ip NOT IN (SELECT value FROM known WHERE kind = 'source_ip')
  GROUP BY
    source_ip,
    account_id,
    day
)

SELECT
  min(started) AS event_time,
  max(started) AS last_time,
  list(first_event_id ORDER BY started) AS event_ids,
  source_ip,
  arg_min(account_id, started) AS account_id,
  arg_min(principal_arn, started) AS principal_arn,
  arg_min(user_agent, started) AS user_agent,
  count(*) AS accounts,
  source_ip || ' reached ' || count(*) || ' accounts within ten minutes: '
  || array_to_string(list(account_id ORDER BY started)[1:8], ', ') AS summary
FROM account_starts
GROUP BY
  source_ip,
  day,
  time_bucket(INTERVAL 10 MINUTE, started)
HAVING count(*) >= 5;
