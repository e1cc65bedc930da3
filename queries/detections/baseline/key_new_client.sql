-- id: baseline_key_new_client
-- title: Access key used with a client it never used before
-- severity: low
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [access_key_id, client]
-- baseline: true
-- description: >
--   A long-term key with at least three days of history and at most two clients until then
--   was used with another one (the first word of the user agent), from a network that it
--   knows. A pipeline’s key that is suddenly used by a browser of buckets or a script has a
--   new hand.
-- false_positives:
--   - A new version of a program, or a person who tries something.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - The user agent is what the caller says.
-- triage:
--   - What did the key do with the new user_agent that it did not do before?
--   - Who works at source_ip?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH used AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    day,
    source_ip,
    user_agent,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:3], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:3], '.')
    END AS network,
    regexp_extract(lower(user_agent), '[a-z][a-z0-9_.+-]*') AS client,
    events,
    writes,
    errors,
    first_time,
    last_time,
    first_event_id
  FROM activity
  WHERE starts_with(access_key_id, 'AKIA')
    AND invoked_by IS NULL
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
),

rated AS (
  SELECT
    access_key_id,
    principal_arn,
    account_id,
    day,
    source_ip,
    user_agent,
    network,
    client,
    events,
    writes,
    errors,
    first_time,
    last_time,
    first_event_id,
    min(first_time) OVER (PARTITION BY access_key_id) AS key_began,
    min(first_time) OVER (PARTITION BY access_key_id, network) AS network_began,
    min(first_time) OVER (PARTITION BY access_key_id, client) AS client_began
  FROM used
)

SELECT
  min(first_time) AS event_time,
  max(last_time) AS last_time,
  list(first_event_id ORDER BY first_time)[1:50] AS event_ids,
  any_value(principal_arn) AS principal_arn,
  access_key_id,
  arg_min(source_ip, first_time) AS source_ip,
  any_value(account_id) AS account_id,
  arg_min(user_agent, first_time) AS user_agent,
  client,
  CAST(sum(events) AS BIGINT) AS events,
  CAST(sum(writes) AS BIGINT) AS writes,
  CAST(sum(errors) AS BIGINT) AS errors,
  CAST(date_diff('second', any_value(key_began), min(first_time)) / 86400.0 AS DOUBLE) AS history_days,
  coalesce(any_value(principal_arn), 'somebody') || ' used key ' || access_key_id || ' with ' || client || ' for the first time, from '
  || arg_min(source_ip, first_time) AS summary
FROM rated
WHERE day = CAST(client_began AS DATE)
  AND network_began < client_began
  AND client_began >= key_began + INTERVAL 3 DAY
  AND (
    SELECT
      count(DISTINCT before.client)
    FROM used AS before
    WHERE before.access_key_id = rated.access_key_id
      AND before.first_time < rated.client_began
  ) BETWEEN 1 AND 2
GROUP BY
  access_key_id,
  client;
