-- id: reports_sign_in_failures
-- title: Failed sign-ins, by address
-- answers: [Q17]
-- requires: [management]
-- description: >
--   Addresses from which sign-ins to the console failed: how often, for how many users,
--   and whether one succeeded from there afterwards. Many users from one address is a
--   spray, many failures for one user is guessing. Names that do not exist are hidden by
--   AWS and count as one.

WITH sign_ins AS (
  SELECT
    event_time,
    source_ip,
    coalesce(user_identity ->> '$.userName', principal_arn) AS user_name,
    error_message,
    (response_elements ->> '$.ConsoleLogin') = 'Failure' OR error_code IS NOT NULL AS failed,
    user_agent,
    account_id
  FROM events
  WHERE operation = 'signin:ConsoleLogin'
),
failures AS (
  SELECT
    source_ip,
    count(*) AS failures,
    count(DISTINCT user_name) AS users,
    list(DISTINCT user_name ORDER BY user_name) AS user_names,
    list(DISTINCT error_message ORDER BY error_message) AS reasons,
    list(DISTINCT account_id ORDER BY account_id) AS account_ids,
    count(DISTINCT user_agent) AS user_agents,
    min(event_time) AS first_time,
    max(event_time) AS last_time
  FROM sign_ins
  WHERE failed
  GROUP BY source_ip
),
successes AS (
  SELECT
    s.source_ip,
    count(*) AS successes,
    list(DISTINCT s.user_name ORDER BY s.user_name) AS user_names,
    min(s.event_time) AS first_time
  FROM sign_ins AS s
  JOIN failures AS f
    ON f.source_ip = s.source_ip
    AND s.event_time > f.first_time
  WHERE NOT coalesce(s.failed, false)
  GROUP BY s.source_ip
)
SELECT
  f.source_ip,
  f.failures,
  f.users,
  f.user_names,
  f.reasons,
  f.account_ids,
  f.user_agents,
  f.first_time,
  f.last_time,
  coalesce(s.successes, 0) AS later_successes,
  s.user_names AS later_users,
  s.first_time AS first_success
FROM failures AS f
LEFT JOIN successes AS s ON s.source_ip = f.source_ip
ORDER BY
  f.failures DESC,
  f.first_time,
  f.source_ip;
