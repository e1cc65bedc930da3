-- id: baseline_volume_surge
-- title: Principal makes many times its usual number of calls
-- severity: low
-- status: stable
-- attack: [T1119, T1526]
-- requires: [management]
-- key: [principal_arn, account_id, day]
-- baseline: true
-- description: >
--   A principal made at least ten times as many calls on one day as its median day, and at
--   least a thousand, after four or more active days.
-- false_positives:
--   - A release, a migration, a month-end job.
-- blind_spots:
--   - Days without any call do not count as days.
--   - A trail that begins to record data events multiplies the calls of everybody.
-- triage:
--   - "Group the events of the day by operation and source_ip: what is new?"
--   - Did data events begin on that day? Compare with the coverage.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1119/

WITH days AS (
  SELECT
    principal_arn,
    account_id,
    day,
    CAST(sum(events) AS BIGINT) AS events,
    min(first_time) AS first_time
  FROM activity
  WHERE principal_arn IS NOT NULL
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(coalesce(principal_arn, ''), '/aws-service-role/')
    AND NOT contains(source_ip, 'amazonaws.com')
  GROUP BY
    principal_arn,
    account_id,
    day
),

rated AS (
  SELECT
    principal_arn,
    account_id,
    day,
    events,
    median(events) OVER earlier AS usual,
    count(*) OVER earlier AS days_before,
    min(first_time) OVER (PARTITION BY principal_arn, account_id) AS began
  FROM days
  WINDOW earlier AS (PARTITION BY principal_arn, account_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

surges AS (
  SELECT
    principal_arn,
    account_id,
    day,
    events,
    usual,
    began
  FROM rated
  WHERE days_before >= 4
    AND events >= 1000
    AND events >= 10 * usual
)

SELECT
  min(a.first_time) AS event_time,
  max(a.last_time) AS last_time,
  list(a.first_event_id ORDER BY a.events DESC, a.first_event_id)[1:20] AS event_ids,
  s.principal_arn,
  arg_max(a.access_key_id, a.events) AS access_key_id,
  arg_max(a.source_ip, a.events) AS source_ip,
  s.account_id,
  arg_max(a.user_agent, a.events) AS user_agent,
  s.day,
  s.events,
  CAST(s.usual AS BIGINT) AS usual_events,
  CAST(date_diff('second', any_value(s.began), min(a.first_time)) / 86400.0 AS DOUBLE) AS history_days,
  s.principal_arn || ' made ' || s.events || ' calls on ' || CAST(s.day AS VARCHAR) || ', usually ' || CAST(CAST(s.usual AS BIGINT) AS VARCHAR)
  || ' a day; most of them to ' || split_part(arg_max(a.event_source, a.events), '.', 1) || ' from '
  || coalesce(arg_max(a.source_ip, a.events), '?') AS summary
FROM surges AS s
JOIN activity AS a
  ON a.principal_arn = s.principal_arn
  AND a.account_id = s.account_id
  AND a.day = s.day
WHERE a.invoked_by IS NULL
GROUP BY
  s.principal_arn,
  s.account_id,
  s.day,
  s.events,
  s.usual;
