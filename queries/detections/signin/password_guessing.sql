-- id: signin_password_guessing
-- title: Many failed console sign-ins of one user
-- severity: medium
-- status: stable
-- attack: [T1110.001]
-- requires: [management]
-- key: [account_id, resource, event_time]
-- description: >
--   The console refused the same user or root at least five times without a pause of a
--   quarter of an hour. The row says whether the user got in within the hour after.
-- false_positives:
--   - A forgotten password; a browser that fills in an old one.
-- blind_spots:
--   - Names that do not exist are hidden in the record and counted by signin_password_spraying.
--   - Slow guessing, with long pauses, stays below the count.
-- triage:
--   - "If signed_in_after is set: is that address one of the failing ones?"
--   - Look for the same source_ip at other users.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html

WITH attempts AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    principal_arn,
    (response_elements ->> '$.ConsoleLogin') = 'Failure' AS failed,
    coalesce(user_identity ->> '$.userName', identity_type) AS user_name
  FROM events
  WHERE operation = 'signin:ConsoleLogin'
    AND identity_type IN ('IAMUser', 'Root')
),
failures AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    user_name,
    event_time > coalesce(
      lag(event_time) OVER (PARTITION BY account_id, user_name ORDER BY event_time) + INTERVAL 15 MINUTE,
      '-infinity'::TIMESTAMP
    ) AS starts
  FROM attempts
  WHERE failed
    AND user_name <> 'HIDDEN_DUE_TO_SECURITY_REASONS'
),
bursts AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    user_name,
    count(*) FILTER (WHERE starts) OVER (PARTITION BY account_id, user_name ORDER BY event_time) AS burst
  FROM failures
),
guessed AS (
  SELECT
    account_id,
    user_name,
    min(event_time) AS event_time,
    max(event_time) AS last_time,
    list(event_id ORDER BY event_time) AS event_ids,
    CASE WHEN count(DISTINCT source_ip) = 1 THEN any_value(source_ip) END AS source_ip,
    any_value(user_agent) AS user_agent,
    count(*) AS failures,
    count(DISTINCT source_ip) AS addresses
  FROM bursts
  GROUP BY account_id, user_name, burst
  HAVING count(*) >= 5
),
entered AS (
  SELECT
    g.account_id,
    g.user_name,
    g.event_time,
    arg_min(a.event_id, a.event_time) AS event_id,
    arg_min(a.source_ip, a.event_time) AS source_ip,
    arg_min(a.principal_arn, a.event_time) AS principal_arn
  FROM guessed AS g
  JOIN attempts AS a
    ON a.account_id = g.account_id
    AND a.user_name = g.user_name
    AND NOT a.failed
    AND a.event_time >= g.event_time
    AND a.event_time <= g.last_time + INTERVAL 1 HOUR
  GROUP BY g.account_id, g.user_name, g.event_time
)
SELECT
  g.event_time,
  g.last_time,
  CASE WHEN e.event_id IS NULL THEN g.event_ids ELSE list_append(g.event_ids, e.event_id) END AS event_ids,
  e.principal_arn,
  g.source_ip,
  g.user_agent,
  g.account_id,
  g.user_name AS resource,
  g.failures,
  g.addresses,
  e.source_ip AS signed_in_after,
  CAST(g.failures AS VARCHAR) || ' failed console sign-ins of ' || g.user_name || ' from '
    || CAST(g.addresses AS VARCHAR) || CASE WHEN g.addresses = 1 THEN ' address' ELSE ' addresses' END
    || CASE WHEN e.event_id IS NULL THEN '' ELSE ', then a sign-in from ' || coalesce(e.source_ip, '?') END AS summary
FROM guessed AS g
LEFT JOIN entered AS e
  ON e.account_id = g.account_id
  AND e.user_name = g.user_name
  AND e.event_time = g.event_time;
