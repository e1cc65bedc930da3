-- id: threshold_key_many_networks
-- title: One access key used from several networks at the same time
-- severity: medium
-- status: stable
-- attack: [T1078.004, T1550.001]
-- requires: [management]
-- key: [access_key_id]
-- description: >
--   Within ten minutes one access key made calls from two or more public networks (/16, for
--   IPv6 /32), going back and forth between them or with another client in each, or from
--   four or more. One pair of hands is in one place: the key has a second owner, or is
--   handed around by a list of proxies.
-- false_positives:
--   - A laptop that changes between VPN and the line beside it.
--   - A key that several servers share; replace it by roles.
--   - Sessions of a service that calls from a pool of addresses.
-- blind_spots:
--   - Private addresses, addresses of AWS services and calls that services forward are left
--     out.
--   - Two hands that never work within the same ten minutes are in baseline_key_new_network.
-- triage:
--   - List source_ip, user_agent and operation of the key in the hour around it, side by
--     side by address.
--   - "Find where the key was issued: view sessions, issued_key; from which address?"
--   - Disable the key, and the session, when one of the addresses is nobody’s.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
--   - https://attack.mitre.org/techniques/T1078/004/

-- The activity, which is small, tells which keys had several networks on one day; only
-- their events are read.
WITH key_networks AS (
  SELECT
    access_key_id,
    day,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:2], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:2], '.')
    END AS network
  FROM activity
  WHERE length(access_key_id) BETWEEN 16 AND 128
    AND invoked_by IS NULL
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
    AND NOT contains(coalesce(user_agent, ''), 'aws-internal')
    AND NOT regexp_matches(source_ip, '^(10|127|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]')
),

several AS (
  SELECT
    access_key_id
  FROM key_networks
  GROUP BY
    access_key_id,
    day
  HAVING count(DISTINCT network) >= 2
),

calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    user_agent,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:2], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:2], '.')
    END AS network
  FROM events
  WHERE access_key_id IN (SELECT access_key_id FROM several)
    AND invoked_by IS NULL
    AND source_ip_lo IS NOT NULL
    AND NOT contains(coalesce(user_agent, ''), 'aws-internal')
    AND NOT regexp_matches(source_ip, '^(10|127|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]')
),

moves AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    user_agent,
    network,
    regexp_extract(lower(user_agent), '[a-z][a-z0-9_.+-]*') AS client,
    network <> lag(network) OVER (PARTITION BY access_key_id ORDER BY event_time, event_id) AS moved
  FROM calls
),

shared AS (
  SELECT
    access_key_id,
    min(event_time) AS began,
    max(event_time) AS ended,
    list(event_id ORDER BY event_time)[1:100] AS event_ids,
    any_value(principal_arn) AS principal_arn,
    arg_max(source_ip, event_time) AS source_ip,
    any_value(account_id) AS account_id,
    arg_max(user_agent, event_time) AS user_agent,
    count(DISTINCT network) AS networks,
    list(DISTINCT source_ip ORDER BY source_ip) AS addresses
  FROM moves
  GROUP BY
    access_key_id,
    time_bucket(INTERVAL 10 MINUTE, event_time)
  HAVING count(DISTINCT network) >= 4
    OR (count(DISTINCT network) >= 2 AND count(*) FILTER (WHERE moved) >= 2)
    OR (count(DISTINCT network) >= 2 AND count(DISTINCT client) >= 2)
)

SELECT
  min(began) AS event_time,
  max(ended) AS last_time,
  flatten(list(event_ids ORDER BY began)[1:5]) AS event_ids,
  any_value(principal_arn) AS principal_arn,
  access_key_id,
  arg_min(source_ip, began) AS source_ip,
  any_value(account_id) AS account_id,
  arg_min(user_agent, began) AS user_agent,
  max(networks) AS networks,
  count(*) AS times,
  coalesce(any_value(principal_arn), 'somebody') || ' used key ' || access_key_id || ' from ' || max(networks)
  || ' networks within ten minutes' || CASE WHEN count(*) > 1 THEN ', ' || count(*) || ' times' ELSE '' END || ': '
  || array_to_string(arg_min(addresses, began)[1:6], ', ') AS summary
FROM shared
GROUP BY
  access_key_id;
