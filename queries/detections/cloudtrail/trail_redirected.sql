-- id: cloudtrail_trail_redirected
-- title: Trail delivers to another bucket, key or log group
-- severity: medium
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   UpdateTrail named a bucket or KMS key that the trail did not use before, or took away its
--   CloudWatch log group. Log files from now on lie elsewhere, cannot be read without that
--   key, or do not reach the alarms that watched the log group.
-- false_positives:
--   - A planned move to a central log bucket.
-- blind_spots:
--   - "What a trail used before the first event of the case is not known: the first change
--     then fires."
-- triage:
--   - "Does new_bucket belong to the organization? Sync it too: the events after event_time
--     are there."
--   - "Check the policy of the KMS key: can the responders decrypt with it?"
--   - List every event by the same access_key_id in the hour around event_time.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html

WITH settings AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS trail,
    request_parameters ->> '$.s3BucketName' AS bucket,
    request_parameters ->> '$.kmsKeyId' AS kms_key,
    request_parameters ->> '$.cloudWatchLogsLogGroupArn' AS log_group
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
    AND error_code IS NULL
),
compared AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    trail,
    bucket,
    kms_key,
    log_group,
    lag(bucket IGNORE NULLS) OVER earlier AS bucket_before,
    lag(kms_key IGNORE NULLS) OVER earlier AS kms_key_before
  FROM settings
  WINDOW earlier AS (PARTITION BY account_id, trail ORDER BY event_time)
),
moved AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    trail,
    bucket_before AS old_bucket,
    CASE WHEN bucket IS DISTINCT FROM bucket_before THEN bucket END AS new_bucket,
    CASE WHEN kms_key IS DISTINCT FROM kms_key_before THEN kms_key END AS new_key,
    log_group = '' AS log_group_removed
  FROM compared
  WHERE operation = 'cloudtrail:UpdateTrail'
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  trail AS resource,
  old_bucket,
  new_bucket,
  new_key,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' changed trail ' || coalesce(trail, '?') || ': ' || concat_ws(', ',
    'it delivers to bucket ' || new_bucket || coalesce(' instead of ' || old_bucket, ''),
    CASE new_key WHEN '' THEN 'its files are no longer encrypted with KMS' ELSE 'its files are encrypted with ' || new_key END,
    CASE WHEN log_group_removed THEN 'it has no log group' END) AS summary
FROM moved
WHERE new_bucket IS NOT NULL
  OR new_key IS NOT NULL
  OR log_group_removed;
