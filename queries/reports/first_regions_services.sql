-- id: reports_first_regions_services
-- title: Regions and services an account had never used before
-- answers: [Q09]
-- baseline: true
-- description: >
--   The first use of a region, of a service, or of a service in a region within the scope,
--   compared with all of the case before it. Give a scope (--since): without one,
--   everything is a first time. What AWS services do for themselves is left out. succeeded
--   0 means that it was only tried.

WITH uses AS (
  SELECT
    account_id,
    region,
    event_source,
    min(event_time) AS first_time,
    arg_min(principal_arn, event_time) AS principal_arn,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(operation, event_time) AS operation,
    arg_min(event_id, event_time) AS event_id,
    count(*) AS events,
    count(*) FILTER (WHERE error_code IS NULL) AS succeeded,
    count(DISTINCT principal_arn) AS principals
  FROM events
  WHERE identity_type <> 'AWSService'
    AND invoked_by IS NULL
    AND event_source IS NOT NULL
  GROUP BY
    account_id,
    region,
    event_source
),
ranked AS (
  SELECT
    account_id,
    region,
    event_source,
    first_time,
    principal_arn,
    source_ip,
    operation,
    event_id,
    events,
    succeeded,
    principals,
    min(first_time) OVER (PARTITION BY account_id, region) AS region_since,
    min(first_time) OVER (PARTITION BY account_id, event_source) AS service_since,
    min(first_time) OVER (PARTITION BY account_id) AS account_since
  FROM uses
)
SELECT
  r.first_time,
  r.account_id,
  r.region,
  r.event_source,
  CASE
    WHEN r.first_time = r.region_since AND r.first_time = r.service_since THEN 'region and service'
    WHEN r.first_time = r.region_since THEN 'region'
    WHEN r.first_time = r.service_since THEN 'service'
    ELSE 'service in this region'
  END AS first_use_of,
  r.operation AS first_operation,
  r.principal_arn AS by_principal,
  r.source_ip,
  r.events,
  r.succeeded,
  r.principals,
  date_diff('day', r.account_since, r.first_time) AS days_before,
  r.event_id
FROM ranked AS r
CROSS JOIN scope AS t
WHERE r.first_time >= coalesce(t.since, r.first_time)
  AND r.first_time < coalesce(t.until, r.first_time + INTERVAL 1 SECOND)
ORDER BY
  r.first_time,
  r.account_id,
  r.region,
  r.event_source
LIMIT 1000;
