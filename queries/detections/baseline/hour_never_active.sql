-- id: baseline_hour_never_active
-- title: Person works at an hour when they never did
-- severity: low
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [principal_arn, session_name, day]
-- baseline: true
-- description: >
--   A person (an IAM user at the console, or a session of Identity Center) with at least
--   five active days in at most fourteen hours of the day changed something at an hour (UTC)
--   that is two hours or more away from all of them.
-- false_positives:
--   - Work at night, travel, on-call duty.
-- blind_spots:
--   - Says nothing with fewer than five earlier active days of the person.
--   - Hours between the first and the last call of a day to a service count as active.
--   - "The hour is UTC: the switch of daylight saving moves it by one."
-- triage:
--   - Is somebody on call? Ask the person.
--   - Are source_ip and user_agent the usual ones?
--   - What was changed?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH used AS (
  SELECT
    principal_arn,
    CASE WHEN identity_type = 'IAMUser' THEN NULL ELSE session_name END AS session_name,
    account_id,
    day,
    access_key_id,
    source_ip,
    user_agent,
    writes,
    first_time,
    last_time,
    first_event_id,
    hour(first_time) AS from_hour,
    hour(last_time) AS to_hour
  FROM activity
  WHERE invoked_by IS NULL
    AND (
      contains(principal_arn, '/aws-reserved/sso.amazonaws.com/')
      OR (identity_type = 'IAMUser' AND (contains(user_agent, 'Mozilla') OR contains(user_agent, 'aws-internal') OR starts_with(user_agent, 'aws-cli')))
    )
),

hours AS (
  SELECT DISTINCT
    principal_arn,
    session_name,
    day,
    CAST(unnest(range(from_hour, to_hour + 1)) AS INTEGER) AS hour
  FROM used
),

suspects AS (
  SELECT
    u.principal_arn,
    u.session_name,
    u.day,
    min(u.first_time) AS first_time,
    max(u.last_time) AS last_time,
    list(u.first_event_id ORDER BY u.first_time)[1:20] AS event_ids,
    arg_min(u.account_id, u.first_time) AS account_id,
    arg_min(u.access_key_id, u.first_time) AS access_key_id,
    arg_min(u.source_ip, u.first_time) AS source_ip,
    arg_min(u.user_agent, u.first_time) AS user_agent,
    CAST(sum(u.writes) AS BIGINT) AS writes,
    arg_min(u.from_hour, u.first_time) AS at_hour
  FROM used AS u
  WHERE u.writes > 0
  GROUP BY
    u.principal_arn,
    u.session_name,
    u.day
)

SELECT
  s.first_time AS event_time,
  s.last_time,
  s.event_ids,
  s.principal_arn,
  s.access_key_id,
  s.source_ip,
  s.account_id,
  s.user_agent,
  coalesce(s.session_name, '') AS session_name,
  s.day,
  s.writes,
  CAST(date_diff('day', min(h.day), s.day) AS DOUBLE) AS history_days,
  coalesce(s.session_name, s.principal_arn) || ' changed something at ' || lpad(CAST(s.at_hour AS VARCHAR), 2, '0')
  || ' o’clock UTC, after ' || count(DISTINCT h.day) || ' days of work between ' || lpad(CAST(min(h.hour) AS VARCHAR), 2, '0')
  || ' and ' || lpad(CAST(max(h.hour) AS VARCHAR), 2, '0') || ', from ' || coalesce(s.source_ip, '?') AS summary
FROM suspects AS s
JOIN hours AS h
  ON h.principal_arn = s.principal_arn
  AND h.session_name IS NOT DISTINCT FROM s.session_name
  AND h.day < s.day
GROUP BY
  s.first_time,
  s.last_time,
  s.event_ids,
  s.principal_arn,
  s.access_key_id,
  s.source_ip,
  s.account_id,
  s.user_agent,
  s.session_name,
  s.day,
  s.writes,
  s.at_hour
HAVING count(DISTINCT h.day) >= 5
  AND count(DISTINCT h.hour) <= 14
  AND min(least(abs(h.hour - s.at_hour), 24 - abs(h.hour - s.at_hour))) >= 2;
