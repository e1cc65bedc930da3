-- id: baseline_principal_new_region
-- title: Principal changes something in a region where it never was
-- severity: low
-- status: stable
-- attack: [T1535]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- baseline: true
-- description: >
--   A principal with at least three days and a hundred calls of history in at most three
--   regions changed something in a region that it never called before, while others of the
--   account work there.
-- false_positives:
--   - People and pipelines that take over another region.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - A region that is new to the whole account is in baseline_region_first_writes.
-- triage:
--   - What was created, and does it belong to the work of the principal_arn?
--   - Are source_ip and user_agent the usual ones?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1535/

WITH regions AS (
  SELECT
    principal_arn,
    account_id,
    region,
    min(first_time) AS region_began,
    arg_min(first_event_id, first_time) AS first_event_id,
    arg_min(access_key_id, first_time) AS access_key_id,
    arg_min(source_ip, first_time) AS source_ip,
    arg_min(user_agent, first_time) AS user_agent,
    sum(writes) AS writes
  FROM activity
  WHERE errors < events
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(coalesce(principal_arn, ''), '/aws-service-role/')
    AND NOT contains(source_ip, 'amazonaws.com')
  GROUP BY
    principal_arn,
    account_id,
    region
),

rated AS (
  SELECT
    principal_arn,
    account_id,
    region,
    region_began,
    first_event_id,
    access_key_id,
    source_ip,
    user_agent,
    writes,
    min(region_began) OVER (PARTITION BY principal_arn, account_id) AS began,
    min(region_began) FILTER (WHERE writes > 0) OVER (PARTITION BY account_id, region) AS region_known,
    row_number() OVER (PARTITION BY principal_arn, account_id ORDER BY region_began) AS nth
  FROM regions
)

SELECT
  region_began AS event_time,
  [first_event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  CAST(writes AS BIGINT) AS writes,
  CAST(date_diff('second', began, region_began) / 86400.0 AS DOUBLE) AS history_days,
  coalesce(principal_arn, 'somebody') || ' is in ' || region || ' for the first time, and writes: ' || CAST(writes AS BIGINT)
  || ' calls' AS summary
FROM rated
WHERE writes > 0
  AND nth BETWEEN 2 AND 4
  AND region_known < region_began
  AND region_began >= began + INTERVAL 3 DAY
  AND (
    SELECT
      sum(a.events)
    FROM activity AS a
    WHERE a.principal_arn = rated.principal_arn
      AND a.first_time < rated.region_began
  ) >= 100;
