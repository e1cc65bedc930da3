-- id: cloudtrail_objects_not_recorded
-- title: Reads and writes of S3 objects are not recorded
-- kind: posture
-- check: LOG-13
-- severity: medium
-- status: stable
-- resource_type: AWS::CloudTrail::Trail
-- changed_by: [cloudtrail:PutEventSelectors]
-- remediation: aws cloudtrail put-event-selectors --trail-name {trail} --advanced-event-selectors '[{"Name":"management","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},{"Name":"objects","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}]' --region {region}
-- why: Without data events, which objects were taken, encrypted or deleted is nowhere.
-- cis: ["3.8", "3.9"]
-- description: >
--   No trail of an account that was looked up records both reads and writes of S3 objects. By
--   the logs alone, the selectors that did were taken away.
-- blind_spots:
--   - That some buckets are recorded is enough to pass; which is shown.
--   - Server access logs and event data stores of CloudTrail Lake are not looked at.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html

WITH selected AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id AS trail,
    resource_arn,
    account_id,
    region,
    CAST(NULL AS VARCHAR) AS event_id,
    (config -> '$.EventSelectors') IS NOT NULL AND (config -> '$.Status') IS NOT NULL AS known,
    (config ->> '$.Status.IsLogging') = 'true' AS logging,
    lower(CAST(config -> '$.EventSelectors' AS VARCHAR)) AS selectors
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    regexp_extract(request_parameters ->> '$.trailName', '[^/]+$') AS trail,
    account_id,
    region,
    event_id,
    true AS known,
    true AS logging,
    lower(request_parameters) AS selectors
  FROM events
  WHERE operation = 'cloudtrail:PutEventSelectors'
    AND error_code IS NULL
    AND (request_parameters ->> '$.trailName') IS NOT NULL
),
-- Letter case apart, the answer of the API and the request in the logs are alike.
of_objects AS (
  SELECT
    basis,
    as_of,
    trail,
    resource_arn,
    account_id,
    region,
    event_id,
    known,
    logging,
    list_filter(
      json_items(CAST(selectors AS JSON) -> '$.eventselectors'),
      lambda s: contains(CAST(s -> '$.dataresources' AS VARCHAR), '"aws::s3::object"')
        AND NOT contains(replace(CAST(s -> '$.dataresources' AS VARCHAR), ' ', ''), '"aws::s3::object","values":[]')
    ) AS basic,
    list_filter(
      json_items(CAST(selectors AS JSON) -> '$.advancedeventselectors'),
      lambda s: contains(CAST(s AS VARCHAR), '"aws::s3::object"')
    ) AS advanced
  FROM selected
),
judged AS (
  SELECT
    basis,
    as_of,
    trail,
    resource_arn,
    account_id,
    region,
    event_id,
    known,
    len(basic) + len(advanced) > 0 AS of_some,
    -- One selector for both, or one for each.
    logging AND (
      len(list_filter(basic, lambda s: coalesce(nullif(s ->> '$.readwritetype', ''), 'all') = 'all')) > 0
      OR len(list_filter(advanced, lambda s: NOT contains(CAST(s AS VARCHAR), '"readonly"'))) > 0
      OR len(list_distinct(
        list_transform(basic, lambda s: CASE s ->> '$.readwritetype' WHEN 'readonly' THEN 'true' ELSE 'false' END)
          || list_transform(advanced, lambda s: regexp_extract(CAST(s AS VARCHAR), '\{[^{}]*"readonly"[^{}]*\}'))
      )) > 1
    ) AS whole,
    regexp_extract_all(CAST(basic AS VARCHAR) || CAST(advanced AS VARCHAR), 'arn:aws[a-z-]*:s3:::([a-z0-9.-]+)', 1) AS buckets
  FROM of_objects
),
looked AS (
  SELECT
    account_id,
    max(as_of) AS as_of,
    arg_max(region, as_of) AS region,
    bool_or(whole) AS recorded,
    bool_or(NOT known) AS unread,
    min(trail) AS trail,
    list(trail ORDER BY trail) AS trails,
    list(resource_arn) FILTER (WHERE resource_arn IS NOT NULL) AS arns,
    list_distinct(flatten(list(buckets) FILTER (WHERE whole))) AS buckets
  FROM judged
  WHERE basis = 'config'
  GROUP BY account_id
),
logged AS (
  SELECT
    account_id,
    region,
    trail,
    max(as_of) AS as_of,
    arg_max(event_id, as_of) AS event_id,
    arg_max(whole, as_of) AS recorded,
    bool_or(of_some) AS recorded_once
  FROM judged
  WHERE basis = 'logs'
  GROUP BY account_id, region, trail
),
logged_accounts AS (
  SELECT
    account_id,
    arg_max(region, as_of) AS region,
    max(as_of) AS as_of,
    bool_or(recorded) AS recorded,
    min(trail) FILTER (WHERE NOT recorded) AS trail,
    list(event_id ORDER BY as_of, event_id) AS event_ids
  FROM logged
  WHERE recorded_once
  GROUP BY account_id
)
SELECT
  CASE WHEN recorded THEN 'PASS' WHEN NOT unread THEN 'FAIL' END AS status,
  'config' AS basis,
  as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  account_id,
  region,
  CASE
    WHEN recorded AND len(buckets) > 0 THEN 'reads and writes of objects in ' || array_to_string(list_sort(buckets), ', ') || ' of account ' || account_id || ' are recorded'
    WHEN recorded THEN 'reads and writes of objects in account ' || account_id || ' are recorded'
    WHEN unread THEN 'what ' || array_to_string(trails, ', ') || ' records could not be read'
    ELSE 'reads and writes of objects in account ' || account_id || ' are not recorded by ' || array_to_string(trails, ' or ')
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  trail,
  trails || coalesce(arns, []) AS related
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN recorded THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  account_id,
  region,
  CASE
    WHEN recorded THEN 'reads and writes of objects in account ' || account_id || ' were set to be recorded'
    ELSE 'the recording of objects in account ' || account_id || ' was taken away from ' || trail
  END AS summary,
  event_ids,
  trail
FROM logged_accounts;
