-- id: cloudtrail_key_of_trail_unusable
-- title: Key of a trail disabled or about to be deleted
-- kind: posture
-- check: LOG-07
-- severity: critical
-- status: stable
-- resource_type: AWS::KMS::Key
-- changed_by: [kms:DisableKey, kms:ScheduleKeyDeletion, kms:CancelKeyDeletion, kms:EnableKey, kms:PutKeyPolicy]
-- remediation: aws kms enable-key --key-id {resource_id} --region {region}
-- why: Without its key a trail cannot deliver, and once the key is deleted all its log files are unreadable for ever.
-- fsbp: [KMS.3]
-- gone: fail
-- some: true
-- description: >
--   The KMS key with which a trail encrypts its log files is disabled, about to be deleted,
--   or gone.
-- blind_spots:
--   - Which keys are of trails is known of trails that were looked up, or made or changed in the logs.
--   - A key policy that shuts CloudTrail out is not judged; the trail's delivery error tells.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
--   - https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html

WITH of_trails AS (
  SELECT
    regexp_extract(config ->> '$.Trail.KmsKeyId', '[^/]+$') AS key_id,
    config ->> '$.Trail.KmsKeyId' AS key_arn,
    resource_id AS trail,
    account_id,
    region,
    captured_at
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
    AND coalesce(config ->> '$.Trail.KmsKeyId', '') <> ''
),
trail_keys AS (
  SELECT key_id FROM of_trails
  UNION
  SELECT regexp_extract(coalesce(response_elements ->> '$.kmsKeyId', request_parameters ->> '$.kmsKeyId'), '[^/]+$') AS key_id
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
    AND error_code IS NULL
    AND coalesce(response_elements ->> '$.kmsKeyId', request_parameters ->> '$.kmsKeyId') IS NOT NULL
),
looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    config ->> '$.Key.KeyState' AS key_state,
    config ->> '$.Key.DeletionDate' AS deletion_date
  FROM snapshots
  WHERE resource_type = 'AWS::KMS::Key'
    AND status = 'found'
    AND resource_id IN (SELECT t.key_id FROM trail_keys AS t)
),
switched AS (
  SELECT
    event_time,
    event_id,
    event_name,
    account_id,
    region,
    regexp_extract(request_parameters ->> '$.keyId', '[^/]+$') AS key_id
  FROM events
  WHERE operation IN ('kms:DisableKey', 'kms:EnableKey', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion')
    AND error_code IS NULL
    AND regexp_extract(request_parameters ->> '$.keyId', '[^/]+$') IN (SELECT t.key_id FROM trail_keys AS t)
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, regexp_extract(request_parameters ->> '$.keyId', '[^/]+$')
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
)
SELECT
  CASE WHEN key_state IN ('Enabled', 'Creating', 'Updating') THEN 'PASS' WHEN key_state <> '' THEN 'FAIL' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN key_state IN ('Enabled', 'Creating', 'Updating') THEN 'key ' || resource_id || ' of a trail can be used'
    WHEN key_state = 'PendingDeletion' THEN 'key ' || resource_id || ' of a trail will be deleted' || coalesce(' on ' || left(deletion_date, 10), '')
    WHEN key_state <> '' THEN 'key ' || resource_id || ' of a trail cannot be used: ' || key_state
    ELSE 'the state of key ' || resource_id || ' of a trail could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  key_state,
  deletion_date,
  CASE WHEN key_state = 'PendingDeletion' THEN 'aws kms cancel-key-deletion --key-id {resource_id} --region {region}' END AS remediation
FROM looked
UNION ALL BY NAME
SELECT
  NULL AS status,
  'config' AS basis,
  max(captured_at) AS as_of,
  key_id AS resource_id,
  coalesce(nullif(regexp_extract(any_value(key_arn), ':([0-9]{12}):', 1), ''), any_value(account_id)) AS account_id,
  coalesce(nullif(split_part(any_value(key_arn), ':', 4), ''), any_value(region)) AS region,
  'key ' || key_id || ' of ' || min(trail) || ' was not looked up' AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM of_trails
WHERE key_id NOT IN (SELECT l.resource_id FROM looked AS l)
GROUP BY key_id
UNION ALL BY NAME
SELECT
  CASE WHEN event_name = 'EnableKey' THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  event_time AS as_of,
  key_id AS resource_id,
  account_id,
  region,
  'key ' || key_id || ' of a trail ' || CASE event_name
    WHEN 'EnableKey' THEN 'was enabled'
    WHEN 'DisableKey' THEN 'was disabled and not enabled again'
    WHEN 'ScheduleKeyDeletion' THEN 'will be deleted'
    -- A key that is saved from deletion stays disabled.
    ELSE 'was saved from deletion and is disabled'
  END AS summary,
  [event_id] AS event_ids,
  CASE WHEN event_name = 'ScheduleKeyDeletion' THEN 'aws kms cancel-key-deletion --key-id {resource_id} --region {region}' END AS remediation
FROM switched;
