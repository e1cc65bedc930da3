-- id: baseline_region_first_writes
-- title: First changes in a region where the account never worked
-- severity: medium
-- status: stable
-- attack: [T1535]
-- requires: [management]
-- key: [account_id, principal_arn, day]
-- baseline: true
-- history: 1
-- description: >
--   Something other than a sign-in was changed in a region where nobody had changed anything
--   in this account before: in one region after at least three days and a thousand calls of
--   history, in three regions or more on one day after at least a day and a hundred calls.
--   Intruders start miners where nobody looks.
-- false_positives:
--   - A planned step into a new region; then more and more principals follow.
--   - Tools that set up logging or budgets in all regions.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - What services and service-linked roles do by themselves is left out.
--   - Global services are recorded in us-east-1.
-- triage:
--   - "List what was created in the region: operation, request_parameters and resource."
--   - Look for the same principal_arn in other new regions within the hour.
--   - Does a trail cover the region? Then look at its instances, clusters and functions now.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
--   - https://attack.mitre.org/techniques/T1535/

WITH writes AS (
  SELECT
    account_id,
    region,
    day,
    event_source,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    writes,
    first_time,
    first_event_id,
    min(first_time) OVER (PARTITION BY account_id, region) AS region_began
  FROM activity
  WHERE writes > 0
    -- Denied attempts count in writes; a row of errors only has changed nothing.
    AND errors < events
    AND event_source <> 'signin.amazonaws.com'
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(coalesce(principal_arn, ''), '/aws-service-role/')
    AND NOT contains(source_ip, 'amazonaws.com')
),

history AS (
  SELECT
    account_id,
    day,
    min(min(first_time)) OVER (PARTITION BY account_id) AS began,
    coalesce(sum(sum(events)) OVER (
      PARTITION BY account_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS calls_before
  FROM activity
  GROUP BY
    account_id,
    day
)

SELECT
  min(w.first_time) AS event_time,
  max(w.first_time) AS last_time,
  list(w.first_event_id ORDER BY w.first_time)[1:50] AS event_ids,
  w.principal_arn,
  arg_min(w.access_key_id, w.first_time) AS access_key_id,
  arg_min(w.source_ip, w.first_time) AS source_ip,
  w.account_id,
  arg_min(w.region, w.first_time) AS region,
  arg_min(w.user_agent, w.first_time) AS user_agent,
  w.day,
  count(DISTINCT w.region) AS regions,
  CAST(sum(w.writes) AS BIGINT) AS writes,
  CAST(date_diff('second', any_value(h.began), min(w.first_time)) / 86400.0 AS DOUBLE) AS history_days,
  coalesce(w.principal_arn, 'somebody') || ' makes the first changes in '
  || array_to_string(list(DISTINCT w.region ORDER BY w.region), ', ') || ': ' || CAST(sum(w.writes) AS BIGINT)
  || ' calls that write that day, services '
  || array_to_string(list(DISTINCT split_part(w.event_source, '.', 1) ORDER BY split_part(w.event_source, '.', 1))[1:6], ', ') AS summary
FROM writes AS w
JOIN history AS h
  ON h.account_id = w.account_id
  AND h.day = w.day
WHERE w.day = CAST(w.region_began AS DATE)
GROUP BY
  w.account_id,
  w.principal_arn,
  w.day
HAVING (
    min(w.first_time) >= any_value(h.began) + INTERVAL 3 DAY
    AND any_value(h.calls_before) >= 1000
  )
  OR (
    count(DISTINCT w.region) >= 3
    AND min(w.first_time) >= any_value(h.began) + INTERVAL 1 DAY
    AND any_value(h.calls_before) >= 100
  );
