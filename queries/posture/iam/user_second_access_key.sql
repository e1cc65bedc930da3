-- id: iam_user_second_access_key
-- title: IAM user with two active access keys, or one made during the incident
-- kind: posture
-- check: IAM-10
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::User
-- changed_by: [iam:CreateAccessKey, iam:UpdateAccessKey, iam:DeleteAccessKey]
-- remediation: aws iam update-access-key --user-name {resource_id} --access-key-id {newest_key} --status Inactive
-- why: A second key beside the one that its owner uses is the quietest way to stay.
-- cis: ["1.12"]
-- description: >
--   An IAM user has two active access keys, or an active one that was made within the
--   incident's time.
-- blind_spots:
--   - Of the logs alone, keys from before the first event are not known.
--   - A rotation has two keys for a while, too; who made the newer one, and when, tells them apart.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html

WITH incident AS (
  SELECT
    since IS NOT NULL OR until IS NOT NULL AS known,
    coalesce(since, TIMESTAMP '1970-01-01 00:00:00') AS since,
    coalesce(until, TIMESTAMP '9999-12-31 00:00:00') AS until
  FROM scope
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.AccessKeys') IS NOT NULL AS known,
    i.known AS time_known,
    i.since,
    i.until,
    list_sort(list_transform(
      list_filter(json_items(s.config -> '$.AccessKeys'), lambda k: (k ->> '$.Status') = 'Active'),
      lambda k: {'made_at': TRY_CAST(k ->> '$.CreateDate' AS TIMESTAMP), 'id': k ->> '$.AccessKeyId'}
    )) AS keys
  FROM snapshots AS s
  CROSS JOIN incident AS i
  WHERE s.resource_type = 'AWS::IAM::User'
    AND s.status = 'found'
),
steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    coalesce(
      request_parameters ->> '$.userName',
      response_elements ->> '$.accessKey.userName',
      CASE identity_type WHEN 'IAMUser' THEN regexp_extract(identity_arn, '[^/]+$') END
    ) AS user_name,
    coalesce(response_elements ->> '$.accessKey.accessKeyId', request_parameters ->> '$.accessKeyId') AS access_key,
    operation = 'iam:CreateAccessKey' AS made,
    operation = 'iam:CreateAccessKey' OR (operation = 'iam:UpdateAccessKey' AND (request_parameters ->> '$.status') = 'Active') AS active
  FROM events
  WHERE operation IN ('iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey')
    AND error_code IS NULL
),
keys AS (
  SELECT
    account_id,
    user_name,
    access_key,
    max(region) AS region,
    min(event_time) FILTER (WHERE made) AS made_at,
    arg_max(active, event_time) AS active,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM steps
  WHERE user_name IS NOT NULL
    AND access_key IS NOT NULL
  GROUP BY account_id, user_name, access_key
),
logged AS (
  SELECT
    k.account_id,
    k.user_name,
    max(k.region) AS region,
    max(k.changed_at) AS changed_at,
    bool_and(i.known) AS time_known,
    count(*) FILTER (WHERE k.active) AS active,
    count(*) FILTER (WHERE k.active AND k.made_at >= i.since AND k.made_at < i.until AND i.known) AS made_then,
    list(k.access_key ORDER BY k.changed_at, k.access_key) FILTER (WHERE k.active) AS active_keys,
    list(k.event_id ORDER BY k.changed_at, k.event_id) FILTER (WHERE k.active) AS active_events,
    list(k.event_id ORDER BY k.changed_at, k.event_id) AS event_ids
  FROM keys AS k
  CROSS JOIN incident AS i
  GROUP BY k.account_id, k.user_name
)
SELECT
  CASE
    WHEN len(keys) >= 2 OR (time_known AND len(list_filter(keys, lambda k: k.made_at >= since AND k.made_at < until)) > 0) THEN 'FAIL'
    WHEN known THEN 'PASS'
  END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'the access keys of ' || resource_id || ' could not be read'
    WHEN time_known AND len(list_filter(keys, lambda k: k.made_at >= since AND k.made_at < until)) > 0
      THEN resource_id || ' has an active access key that was made in the incident''s time'
    WHEN len(keys) >= 2 THEN resource_id || ' has two active access keys'
    WHEN len(keys) = 1 THEN resource_id || ' has one active access key'
    ELSE resource_id || ' has no active access key'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  list_transform(keys, lambda k: k.id) AS active_keys,
  keys[-1].id AS newest_key
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN made_then > 0 OR active >= 2 THEN 'FAIL' WHEN active = 0 THEN 'PASS' END AS status,
  'logs' AS basis,
  changed_at AS as_of,
  user_name AS resource_id,
  account_id,
  region,
  user_name || CASE
    WHEN made_then > 0 THEN ' was given access key ' || array_to_string(active_keys, ', ') || ' in the incident''s time'
    WHEN active >= 2 THEN ' has two active access keys'
    WHEN active = 0 THEN ' lost the access keys that the logs name'
    WHEN time_known THEN ' has an active access key from outside the incident''s time; whether it has another one is not known'
    ELSE ' has an active access key; whether it was made in the incident''s time, or beside another one, is not known'
  END AS summary,
  CASE WHEN active > 0 THEN active_events ELSE event_ids END AS event_ids,
  active_keys,
  active_keys[-1] AS newest_key
FROM logged;
