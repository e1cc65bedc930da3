-- id: baseline_key_new_network
-- title: Access key used from a network it never used before
-- severity: medium
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [access_key_id, network]
-- baseline: true
-- history: 3
-- description: >
--   A long-term key that was active on at least three days over three days or more, used
--   from at most three networks (/24, for IPv6 /48) until then, made calls from another one
--   with the client that it always used. Keys of servers and pipelines stay where they are;
--   somebody else may hold this one.
-- false_positives:
--   - A laptop that travels, a new office or VPN exit, a server that moved.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - A key that works from many networks (hosted runners) is left out.
--   - A new network with a new client as well is in baseline_key_new_network_and_client.
-- triage:
--   - Whose address is source_ip? Ask the owner of the key.
--   - "List the events of the access_key_id from source_ip: GetCallerIdentity and List calls first are somebody who looks around."
--   - Does the old address go on working at the same time? Then there are two hands.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
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
  network,
  CAST(sum(events) AS BIGINT) AS events,
  CAST(sum(writes) AS BIGINT) AS writes,
  CAST(sum(errors) AS BIGINT) AS errors,
  CAST(date_diff('second', any_value(key_began), min(first_time)) / 86400.0 AS DOUBLE) AS history_days,
  coalesce(any_value(principal_arn), 'somebody') || ' used key ' || access_key_id || ' from ' || arg_min(source_ip, first_time)
  || ', a network where the key never was: ' || CAST(sum(events) AS BIGINT) || ' calls that day' AS summary
FROM rated
WHERE day = CAST(network_began AS DATE)
  AND client_began < network_began
  AND network_began >= key_began + INTERVAL 3 DAY
  AND NOT EXISTS (
    SELECT
      k.value
    FROM known AS k
    WHERE k.kind = 'source_ip'
      AND (k.value = rated.source_ip OR starts_with(k.value, rated.network || '.'))
  )
  AND (
    SELECT
      count(DISTINCT before.network)
    FROM used AS before
    WHERE before.access_key_id = rated.access_key_id
      AND before.first_time < rated.network_began
  ) BETWEEN 1 AND 3
  AND (
    SELECT
      count(DISTINCT before.day)
    FROM used AS before
    WHERE before.access_key_id = rated.access_key_id
      AND before.first_time < rated.network_began
  ) >= 3
GROUP BY
  access_key_id,
  network;
