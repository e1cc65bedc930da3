-- id: cloudtrail_trail_not_logging
-- title: Trail stopped, deleted or unable to deliver
-- kind: posture
-- check: LOG-02
-- severity: critical
-- status: stable
-- resource_type: AWS::CloudTrail::Trail
-- changed_by: [cloudtrail:StopLogging, cloudtrail:DeleteTrail, cloudtrail:StartLogging, cloudtrail:UpdateTrail, s3:PutBucketPolicy, s3:DeleteBucket, kms:DisableKey, kms:ScheduleKeyDeletion, kms:PutKeyPolicy]
-- remediation: aws cloudtrail start-logging --name {resource_id} --region {region}
-- why: What happens while a trail does not log is in no evidence, now or later.
-- gone: fail
-- description: >
--   A trail does not log: it was stopped or deleted, its last delivery failed, or it has
--   delivered nothing for a day.
-- blind_spots:
--   - A trail of an account where nothing happens for a day delivers nothing, and looks as if it could not.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    CAST(config ->> '$.Status.IsLogging' AS BOOLEAN) AS logging,
    nullif(config ->> '$.Status.LatestDeliveryError', '') AS delivery_error,
    TRY_CAST(config ->> '$.Status.LatestDeliveryTime' AS TIMESTAMP) AS delivered_at,
    config ->> '$.Trail.S3BucketName' AS bucket,
    config ->> '$.Trail.KmsKeyId' AS kms_key
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
),
switched AS (
  SELECT
    event_time,
    event_id,
    event_name,
    account_id,
    region,
    regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS trail,
    regexp_extract(request_parameters ->> '$.name', '^arn:.*') AS arn
  FROM events
  WHERE operation IN ('cloudtrail:StopLogging', 'cloudtrail:StartLogging', 'cloudtrail:DeleteTrail')
    AND error_code IS NULL
    AND (request_parameters ->> '$.name') IS NOT NULL
)
SELECT
  CASE
    WHEN logging IS NULL THEN NULL
    WHEN NOT logging OR delivery_error IS NOT NULL OR delivered_at < captured_at - INTERVAL 1 DAY THEN 'FAIL'
    ELSE 'PASS'
  END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN logging IS NULL THEN 'whether ' || resource_id || ' logs could not be read'
    WHEN NOT logging THEN resource_id || ' does not log'
    WHEN delivery_error IS NOT NULL THEN resource_id || ' cannot deliver: ' || delivery_error
    WHEN delivered_at < captured_at - INTERVAL 1 DAY THEN resource_id || ' delivered nothing since ' || strftime(delivered_at, '%Y-%m-%d %H:%M')
    ELSE resource_id || ' logs and delivers'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  -- Whoever closes its bucket or its key stops it as well.
  list_filter(['arn:aws:s3:::' || bucket, kms_key], lambda name: name IS NOT NULL) AS related,
  delivered_at,
  bucket,
  kms_key
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN arg_max(event_name, event_time) = 'StartLogging' THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  max(event_time) AS as_of,
  trail AS resource_id,
  nullif(max(arn), '') AS resource_arn,
  account_id,
  region,
  trail || CASE arg_max(event_name, event_time)
    WHEN 'StartLogging' THEN ' was started'
    WHEN 'StopLogging' THEN ' was stopped and not started again'
    ELSE ' was deleted'
  END AS summary,
  [arg_max(event_id, event_time)] AS event_ids,
  CASE WHEN arg_max(event_name, event_time) = 'DeleteTrail'
    THEN 'aws cloudtrail create-trail --name {resource_id} --s3-bucket-name {bucket} --is-multi-region-trail --enable-log-file-validation --region {region}'
  END AS remediation
FROM switched
GROUP BY account_id, region, trail;
