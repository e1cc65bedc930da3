-- id: cloudtrail_account_not_recorded
-- title: No trail records the account in all regions
-- kind: posture
-- check: LOG-01
-- severity: critical
-- status: stable
-- resource_type: AWS::CloudTrail::Trail
-- changed_by: [cloudtrail:StopLogging, cloudtrail:DeleteTrail, cloudtrail:UpdateTrail, cloudtrail:PutEventSelectors, cloudtrail:StartLogging, cloudtrail:CreateTrail]
-- remediation: aws cloudtrail create-trail --name incident --s3-bucket-name BUCKET --is-multi-region-trail --enable-log-file-validation --region {region}
-- why: Every conclusion of an investigation reaches as far as the logs do; what no trail records did not happen, as far as anybody can tell.
-- cis: ["3.1"]
-- fsbp: [CloudTrail.1]
-- description: >
--   No trail of an account logs management events, reads and writes, of all regions. By the
--   logs alone, a trail was stopped, deleted or narrowed, and nothing of the account is in
--   the case after it.
-- blind_spots:
--   - Only trails that were looked up count. An account without any has no result.
--   - Event data stores of CloudTrail Lake are not looked at; the event history of 90 days is always there.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html

WITH trails AS (
  SELECT
    captured_at,
    resource_id,
    coalesce(resource_arn, config ->> '$.Trail.TrailARN') AS trail_arn,
    account_id,
    (config ->> '$.Trail.IsOrganizationTrail') = 'true' AS of_organization,
    region,
    -- Whether it does all three; NULL where it does what was read, and not all was read.
    (config ->> '$.Trail.IsMultiRegionTrail') = 'true'
    AND (config ->> '$.Status.IsLogging') = 'true'
    AND CASE
      WHEN (config -> '$.EventSelectors') IS NOT NULL THEN
        len(list_filter(
          json_items(config -> '$.EventSelectors.EventSelectors'),
          lambda s: coalesce(s ->> '$.IncludeManagementEvents', 'true') = 'true' AND coalesce(nullif(s ->> '$.ReadWriteType', ''), 'All') = 'All'
        )) > 0
        OR len(list_filter(
          json_items(config -> '$.EventSelectors.AdvancedEventSelectors'),
          lambda s: contains(CAST(s AS VARCHAR), '"Management"')
            AND len(list_filter(s ->> '$.FieldSelectors[*].Field', lambda f: f NOT IN ('eventCategory', 'eventSource'))) = 0
        )) > 0
    END AS whole
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
),
looked AS (
  SELECT
    account_id,
    max(captured_at) AS captured_at,
    arg_max(region, captured_at) AS region,
    bool_or(whole IS NOT DISTINCT FROM true) AS recorded,
    bool_or(whole IS NULL) AS unread,
    min(resource_id) FILTER (WHERE whole) AS trail,
    list(resource_id ORDER BY resource_id) AS trails,
    list(trail_arn) FILTER (WHERE trail_arn IS NOT NULL) AS arns
  FROM trails
  GROUP BY account_id
),
organization AS (
  SELECT min(resource_id) AS trail FROM trails WHERE of_organization AND whole
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    event_name,
    account_id,
    region,
    coalesce(response_elements ->> '$.name', regexp_extract(request_parameters ->> '$.name', '[^/]+$')) AS trail,
    coalesce(response_elements ->> '$.isMultiRegionTrail', request_parameters ->> '$.isMultiRegionTrail') AS all_regions
  FROM events
  WHERE operation IN ('cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'cloudtrail:UpdateTrail', 'cloudtrail:StartLogging', 'cloudtrail:CreateTrail')
    AND error_code IS NULL
    AND coalesce(response_elements ->> '$.name', request_parameters ->> '$.name') IS NOT NULL
),
states AS (
  SELECT
    account_id,
    region,
    trail,
    arg_max(event_name, (event_time, event_uuid)) FILTER (WHERE event_name IN ('StopLogging', 'StartLogging', 'DeleteTrail')) AS switched,
    arg_max(all_regions, (event_time, event_uuid)) FILTER (WHERE all_regions IS NOT NULL) AS all_regions,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM changes
  GROUP BY account_id, region, trail
),
logged AS (
  SELECT
    s.account_id,
    bool_or(s.switched = 'StartLogging' AND s.all_regions = 'true') AS recorded,
    bool_or(s.switched IN ('StopLogging', 'DeleteTrail') OR s.all_regions = 'false') AS weakened,
    max(s.changed_at) AS changed_at,
    arg_max(s.region, s.changed_at) AS region,
    list(s.trail ORDER BY s.trail) FILTER (WHERE s.switched = 'StartLogging' AND s.all_regions = 'true') AS whole_trails,
    list(s.trail ORDER BY s.trail) FILTER (WHERE s.switched IN ('StopLogging', 'DeleteTrail') OR s.all_regions = 'false') AS weak_trails,
    list(s.event_id ORDER BY s.changed_at, s.event_id) AS event_ids
  FROM states AS s
  GROUP BY s.account_id
)
SELECT
  CASE WHEN l.recorded THEN 'PASS' WHEN NOT l.unread AND o.trail IS NULL THEN 'FAIL' END AS status,
  'config' AS basis,
  l.captured_at AS as_of,
  'AWS::Account' AS resource_type,
  l.account_id AS resource_id,
  l.account_id,
  l.region,
  CASE
    WHEN l.recorded THEN 'account ' || l.account_id || ' is recorded by ' || l.trail
    WHEN l.unread THEN 'what ' || array_to_string(l.trails, ', ') || ' records could not be read'
    WHEN o.trail IS NOT NULL THEN 'account ' || l.account_id || ' is recorded by none of its own trails, and perhaps by the organization''s ' || o.trail
    ELSE 'account ' || l.account_id || ' is not recorded in all regions by ' || array_to_string(l.trails, ' or ')
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  l.trails,
  -- Who changed a trail changed what is recorded.
  l.trails || coalesce(l.arns, []) AS related
FROM looked AS l
CROSS JOIN organization AS o
UNION ALL BY NAME
SELECT
  CASE
    WHEN g.recorded THEN 'PASS'
    -- What is recorded after it is recorded by something else.
    WHEN a.last_seen <= g.changed_at + INTERVAL 1 HOUR THEN 'FAIL'
  END AS status,
  'logs' AS basis,
  g.changed_at AS as_of,
  'AWS::Account' AS resource_type,
  g.account_id AS resource_id,
  g.account_id,
  g.region,
  CASE
    WHEN g.recorded THEN 'account ' || g.account_id || ' is recorded by ' || array_to_string(g.whole_trails, ', ')
    WHEN a.last_seen <= g.changed_at + INTERVAL 1 HOUR THEN 'nothing of account ' || g.account_id || ' is recorded since a change of ' || array_to_string(g.weak_trails, ', ')
    ELSE 'account ' || g.account_id || ' lost ' || array_to_string(g.weak_trails, ', ') || ', and something still records it'
  END AS summary,
  g.event_ids,
  coalesce(g.whole_trails, g.weak_trails) AS trails
FROM logged AS g
JOIN accounts AS a ON a.account_id = g.account_id
WHERE g.recorded
  OR g.weakened;
