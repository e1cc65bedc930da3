-- id: baseline_role_new_network
-- title: Workload role used from a network it never used before
-- severity: medium
-- status: stable
-- attack: [T1078.004, T1550.001]
-- requires: [management]
-- key: [principal_arn, network]
-- baseline: true
-- history: 1
-- description: >
--   A role that machines use (an instance, a container, a function: no sign-in of people),
--   with at least a day and fifty calls of history and at most two public networks (/16, for
--   IPv6 /32) until then, was used from another one. Its credentials may have been taken out
--   of the machine.
-- false_positives:
--   - A subnet with a new NAT gateway, a deployment in another region, a new instance with a
--     public address.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - Private addresses are no news, a VPC endpoint shows them.
--   - Roles that people and hosted pipelines assume are left out, by their session names and
--     many networks.
-- triage:
--   - Is source_ip an address of AWS or of a home or hosting provider? Only the latter
--     proves that the credentials left.
--   - Compare user_agent with the one of the workload.
--   - List what the access_key_id did from source_ip, S3 and Secrets Manager first.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
--   - https://attack.mitre.org/techniques/T1552/005/

WITH used AS (
  SELECT
    principal_arn,
    account_id,
    day,
    session_name,
    access_key_id,
    source_ip,
    user_agent,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:2], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:2], '.')
    END AS network,
    events,
    writes,
    errors,
    first_time,
    last_time,
    first_event_id
  FROM activity
  WHERE identity_type = 'AssumedRole'
    AND invoked_by IS NULL
    AND NOT contains(principal_arn, '/aws-service-role/')
    AND NOT contains(principal_arn, '/aws-reserved/')
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
    AND NOT contains(coalesce(user_agent, ''), 'aws-internal')
    AND NOT regexp_matches(source_ip, '^(10|127|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]')
),

roles AS (
  SELECT
    principal_arn,
    min(first_time) AS began
  FROM activity
  WHERE identity_type = 'AssumedRole'
    AND NOT contains(principal_arn, '/aws-reserved/')
  GROUP BY
    principal_arn
  -- Machines name their sessions by instance or task, or show the client of Lambda.
  HAVING bool_or(regexp_matches(session_name, '^(i-[0-9a-f]{8,17}|[0-9a-f]{32})$') OR contains(user_agent, 'lambda') OR contains(principal_arn, ':role/service-role/'))
),

networks AS (
  SELECT
    principal_arn,
    network,
    min(first_time) AS network_began
  FROM used
  GROUP BY
    principal_arn,
    network
)

SELECT
  min(u.first_time) AS event_time,
  max(u.last_time) AS last_time,
  list(u.first_event_id ORDER BY u.first_time)[1:50] AS event_ids,
  u.principal_arn,
  arg_min(u.access_key_id, u.first_time) AS access_key_id,
  arg_min(u.source_ip, u.first_time) AS source_ip,
  arg_min(u.account_id, u.first_time) AS account_id,
  arg_min(u.user_agent, u.first_time) AS user_agent,
  u.network,
  arg_min(u.session_name, u.first_time) AS session_name,
  CAST(sum(u.events) AS BIGINT) AS events,
  CAST(sum(u.errors) AS BIGINT) AS errors,
  CAST(date_diff('second', any_value(r.began), min(u.first_time)) / 86400.0 AS DOUBLE) AS history_days,
  u.principal_arn || ' (session ' || coalesce(arg_min(u.session_name, u.first_time), '?') || ') was used from '
  || arg_min(u.source_ip, u.first_time) || ', a network where this role never was: ' || CAST(sum(u.events) AS BIGINT)
  || ' calls that day' AS summary
FROM used AS u
JOIN networks AS n
  ON n.principal_arn = u.principal_arn
  AND n.network = u.network
JOIN roles AS r
  ON r.principal_arn = u.principal_arn
WHERE u.day = CAST(n.network_began AS DATE)
  AND n.network_began >= r.began + INTERVAL 1 DAY
  AND (
    SELECT
      count(*)
    FROM networks AS before
    WHERE before.principal_arn = u.principal_arn
      AND before.network_began < n.network_began
  ) <= 2
  AND (
    SELECT
      sum(a.events)
    FROM activity AS a
    WHERE a.principal_arn = u.principal_arn
      AND a.first_time < n.network_began
  ) >= 50
GROUP BY
  u.principal_arn,
  u.network;
