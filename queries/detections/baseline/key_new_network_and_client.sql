-- id: baseline_key_new_network_and_client
-- title: Access key used from a new network with a new client
-- severity: high
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [access_key_id, network]
-- baseline: true
-- history: 1
-- description: >
--   A long-term key with at least one day of history made calls from a network (/24, for
--   IPv6 /48) and with a client (the first word of the user agent) that it both never used
--   before. One of them changes now and then; both at once is how a leaked key looks on the
--   day it is found.
-- false_positives:
--   - A key that is handed to a new job, or a person who tries it on another machine.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - An intruder who uses the same client as the owner is in baseline_key_new_network.
--   - The user agent is what the caller says.
-- triage:
--   - Disable the access_key_id unless the owner can tell whose source_ip it is.
--   - List its events from source_ip from event_time on, denied ones too.
--   - "Search where the key may have stood: repository, image, build log, laptop."
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
--   - https://attack.mitre.org/techniques/T1078/004/
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html

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
  || ' with ' || arg_min(client, first_time) || '; the key was never seen in that network nor with that client' AS summary
FROM rated
WHERE day = CAST(network_began AS DATE)
  AND client_began >= network_began
  AND network_began >= key_began + INTERVAL 1 DAY
GROUP BY
  access_key_id,
  network;
