-- id: cloudtrail_events_left_out
-- title: Trail that leaves out management events
-- kind: posture
-- check: LOG-03
-- severity: high
-- status: stable
-- resource_type: AWS::CloudTrail::Trail
-- changed_by: [cloudtrail:PutEventSelectors]
-- remediation: aws cloudtrail put-event-selectors --trail-name {resource_id} --event-selectors '[{"ReadWriteType":"All","IncludeManagementEvents":true,"ExcludeManagementEventSources":[]}]' --region {region}
-- why: What a selector leaves out is in no evidence, and it looks as if nothing happened.
-- description: >
--   The event selectors of a trail leave out management events: all of them, reads or writes,
--   those of some services (KMS, RDS Data API), or those that a filter of an advanced selector
--   does not let through. No other trail that was looked up records them.
-- blind_spots:
--   - KMS events are left out by many to save money. The gap is there nonetheless.
--   - The command takes the place of selectors for data events; add these to it.
--   - By the logs alone, what another trail records is not known.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html

WITH selected AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.EventSelectors') IS NOT NULL AS known,
    (config ->> '$.Status.IsLogging') IS DISTINCT FROM 'false' AS logging,
    (config ->> '$.Trail.IsMultiRegionTrail') = 'true' AS all_regions,
    list_transform(json_items(config -> '$.EventSelectors.EventSelectors'), lambda s: {
      'management': coalesce(s ->> '$.IncludeManagementEvents', 'true') = 'true',
      'kind': coalesce(nullif(s ->> '$.ReadWriteType', ''), 'All'),
      'excluded': s ->> '$.ExcludeManagementEventSources[*]'
    }) AS basic,
    list_transform(json_items(config -> '$.EventSelectors.AdvancedEventSelectors'), lambda s: {
      'management': contains(CAST(s AS VARCHAR), '"Management"'),
      'fields': list_filter(s ->> '$.FieldSelectors[*].Field', lambda f: f <> 'eventCategory'),
      'text': CAST(s AS VARCHAR)
    }) AS advanced,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    regexp_extract(request_parameters ->> '$.trailName', '[^/]+$') AS resource_id,
    coalesce(response_elements ->> '$.trailARN', nullif(regexp_extract(request_parameters ->> '$.trailName', '^arn:.*'), '')) AS resource_arn,
    account_id,
    region,
    true AS known,
    true AS logging,
    false AS all_regions,
    list_transform(json_items(json_extract(request_parameters, '$.eventSelectors')), lambda s: {
      'management': coalesce(s ->> '$.includeManagementEvents', 'true') = 'true',
      'kind': coalesce(nullif(s ->> '$.readWriteType', ''), 'All'),
      'excluded': s ->> '$.excludeManagementEventSources[*]'
    }) AS basic,
    list_transform(json_items(json_extract(request_parameters, '$.advancedEventSelectors')), lambda s: {
      'management': contains(CAST(s AS VARCHAR), '"Management"'),
      'fields': list_filter(s ->> '$.fieldSelectors[*].field', lambda f: f <> 'eventCategory'),
      'text': CAST(s AS VARCHAR)
    }) AS advanced,
    [event_id] AS event_ids
  FROM events
  WHERE operation = 'cloudtrail:PutEventSelectors'
    AND error_code IS NULL
    AND (request_parameters ->> '$.trailName') IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, regexp_extract(request_parameters ->> '$.trailName', '[^/]+$')
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
),
management AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    logging,
    all_regions,
    event_ids,
    list_filter(basic, lambda s: s.management) AS basic,
    list_filter(advanced, lambda s: s.management) AS advanced
  FROM selected
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    logging,
    all_regions,
    event_ids,
    CASE
      WHEN NOT known THEN NULL
      WHEN len(basic) + len(advanced) = 0 THEN 'all management events'
      WHEN len(list_filter(basic, lambda s: s.kind = 'All' AND len(s.excluded) = 0)) > 0 THEN ''
      WHEN len(list_filter(basic, lambda s: s.kind = 'ReadOnly' AND len(s.excluded) = 0)) > 0
        AND len(list_filter(basic, lambda s: s.kind = 'WriteOnly' AND len(s.excluded) = 0)) > 0 THEN ''
      WHEN len(list_filter(advanced, lambda s: len(s.fields) = 0)) > 0 THEN ''
      -- One selector for reads and one for writes are all.
      WHEN len(list_filter(advanced, lambda s: s.fields = ['readOnly'] AND contains(s.text, '"true"'))) > 0
        AND len(list_filter(advanced, lambda s: s.fields = ['readOnly'] AND contains(s.text, '"false"'))) > 0 THEN ''
      WHEN len(list_filter(basic, lambda s: s.kind = 'All')) > 0
        THEN 'the events of ' || array_to_string(list_sort(list_distinct(flatten(list_transform(basic, lambda s: s.excluded)))), ', ')
      WHEN len(basic) > 0 THEN 'management events that are not ' || basic[1].kind
      ELSE 'management events by ' || array_to_string(list_sort(list_distinct(flatten(list_transform(advanced, lambda s: s.fields)))), ', ')
    END AS left_out
  FROM management
),
-- A trail for data events alone is none of these where another records the rest.
whole AS (
  SELECT account_id, min(resource_id) AS trail
  FROM judged
  WHERE basis = 'config'
    AND left_out = ''
    AND logging
    AND all_regions
  GROUP BY account_id
)
SELECT
  CASE WHEN j.left_out IS NULL THEN NULL WHEN j.left_out = '' OR w.trail IS NOT NULL AND j.basis = 'config' THEN 'PASS' ELSE 'FAIL' END AS status,
  j.basis,
  j.as_of,
  j.resource_id,
  j.resource_arn,
  j.account_id,
  j.region,
  CASE
    WHEN j.left_out IS NULL THEN 'the event selectors of ' || j.resource_id || ' could not be read'
    WHEN j.left_out = '' THEN j.resource_id || ' records all management events'
    WHEN w.trail IS NOT NULL AND j.basis = 'config' THEN j.resource_id || ' leaves out ' || j.left_out || ', which ' || w.trail || ' records'
    ELSE j.resource_id || ' leaves out ' || j.left_out
  END AS summary,
  j.event_ids,
  j.left_out
FROM judged AS j
LEFT JOIN whole AS w ON w.account_id = j.account_id;
