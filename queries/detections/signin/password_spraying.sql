-- id: signin_password_spraying
-- title: One address failed to sign in as many users
-- severity: medium
-- status: stable
-- attack: [T1110.003]
-- requires: [management]
-- key: [account_id, source_ip, event_time]
-- description: >
--   The console refused at least six attempts from one address, for at least three users
--   or for names that do not exist, without a pause of half an hour. The row names the
--   users that did get in from there.
-- false_positives:
--   - An office behind one address on the day of a change of passwords.
-- blind_spots:
--   - Attempts that are spread over many addresses are not put together.
-- triage:
--   - Reset the passwords of the users in signed_in, and list what they did since event_time.
--   - Look for source_ip in the rest of the case.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html

WITH attempts AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    (response_elements ->> '$.ConsoleLogin') = 'Failure' AS failed,
    coalesce(user_identity ->> '$.userName', identity_type) AS user_name,
    event_time > coalesce(
      lag(event_time) OVER (PARTITION BY account_id, source_ip ORDER BY event_time) + INTERVAL 30 MINUTE,
      '-infinity'::TIMESTAMP
    ) AS starts
  FROM events
  WHERE operation = 'signin:ConsoleLogin'
    AND identity_type IN ('IAMUser', 'Root')
),
bursts AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    failed,
    user_name,
    count(*) FILTER (WHERE starts) OVER (PARTITION BY account_id, source_ip ORDER BY event_time) AS burst
  FROM attempts
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  count(*) FILTER (WHERE failed) AS failures,
  count(DISTINCT user_name) FILTER (WHERE failed AND user_name <> 'HIDDEN_DUE_TO_SECURITY_REASONS') AS users,
  array_to_string(list_sort(list(DISTINCT user_name) FILTER (WHERE NOT failed)), ', ') AS signed_in,
  coalesce(source_ip, '?') || ' failed ' || CAST(count(*) FILTER (WHERE failed) AS VARCHAR) || ' console sign-ins for '
    || CAST(count(DISTINCT user_name) FILTER (WHERE failed AND user_name <> 'HIDDEN_DUE_TO_SECURITY_REASONS') AS VARCHAR)
    || ' users and ' || CAST(count(*) FILTER (WHERE failed AND user_name = 'HIDDEN_DUE_TO_SECURITY_REASONS') AS VARCHAR) || ' unknown names'
    || coalesce(', and signed in as ' || array_to_string(list_sort(list(DISTINCT user_name) FILTER (WHERE NOT failed)), ', '), '') AS summary
FROM bursts
GROUP BY account_id, source_ip, burst
HAVING count(*) FILTER (WHERE failed) >= 6
  AND (
    count(DISTINCT user_name) FILTER (WHERE failed) >= 3
    OR count(*) FILTER (WHERE failed AND user_name = 'HIDDEN_DUE_TO_SECURITY_REASONS') >= 4
  );
