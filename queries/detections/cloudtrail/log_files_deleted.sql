-- id: cloudtrail_log_files_deleted
-- title: CloudTrail log files deleted
-- severity: critical
-- status: stable
-- attack: [T1070, T1485]
-- requires: [data]
-- key: [principal_arn, access_key_id, account_id, resource]
-- description: >
--   A principal deleted delivered CloudTrail log or digest files. Nobody does this in daily
--   work: logs expire by lifecycle rules, which leave no events.
-- false_positives:
--   - Removal of an old log archive by hand.
-- blind_spots:
--   - Needs data events of the log bucket. DeleteObjects does not list its keys; it counts
--     when the bucket is one of a trail.
--   - A versioned bucket keeps the deleted files.
-- triage:
--   - List the versions of the keys under resource and restore them.
--   - Compare the hours of the deleted files with the gaps of coverage in this case.
--   - List every event by the same access_key_id in the 24 hours before event_time.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html

WITH trail_buckets AS (
  -- Buckets of trails, as their settings name them, and as CloudTrail itself looks at their ACL before it delivers.
  SELECT DISTINCT coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') AS bucket
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 's3:GetBucketAcl')
    AND (operation <> 's3:GetBucketAcl' OR invoked_by = 'cloudtrail.amazonaws.com')
),
deletions AS (
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
    request_parameters ->> '$.bucketName' AS bucket,
    request_parameters ->> '$.key' AS object_key
  FROM events
  WHERE operation IN ('s3:DeleteObject', 's3:DeleteObjects')
    AND error_code IS NULL
    AND (
      (
        operation = 's3:DeleteObject'
        AND regexp_matches(request_parameters ->> '$.key', 'AWSLogs/.*/CloudTrail(-Digest|-Insight|-NetworkActivity|-Aggregated)?/')
      )
      OR (
        operation = 's3:DeleteObjects'
        AND (
          (request_parameters ->> '$.bucketName') IN (SELECT t.bucket FROM trail_buckets AS t WHERE t.bucket IS NOT NULL)
          OR (request_parameters ->> '$.bucketName') ILIKE '%cloudtrail%'
        )
      )
    )
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  bucket AS resource,
  count(*) AS deletions,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' deleted CloudTrail log files from ' || bucket || ' in ' || count(*) || ' calls'
    || coalesce(', first ' || arg_min(object_key, event_time), '') AS summary
FROM deletions
GROUP BY
  principal_arn,
  access_key_id,
  account_id,
  bucket;
