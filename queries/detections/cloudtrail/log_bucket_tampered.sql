-- id: cloudtrail_log_bucket_tampered
-- title: Bucket of a trail deleted, opened to change or closed to CloudTrail
-- severity: high
-- status: stable
-- attack: [T1685.002, T1070]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   The bucket that holds CloudTrail logs was deleted, lost its policy or its versions, or
--   got a policy that no longer names CloudTrail: delivery fails from then on, or old logs
--   can be replaced unnoticed.
-- false_positives:
--   - Removal of an old trail together with its bucket.
-- blind_spots:
--   - A policy that names CloudTrail and denies it is not recognised.
--   - A bucket is taken for one of a trail as in log_bucket_lifecycle_short.
-- triage:
--   - Look at the delivery errors of the trail (GetTrailStatus LatestDeliveryError) since
--     event_time.
--   - "Compare the digest files with the log files of the bucket: which are gone or altered?"
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html

WITH trail_buckets AS (
  -- Buckets of trails, as their settings name them, and as CloudTrail itself looks at their ACL before it delivers.
  SELECT DISTINCT coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') AS bucket
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 's3:GetBucketAcl')
    AND (operation <> 's3:GetBucketAcl' OR invoked_by = 'cloudtrail.amazonaws.com')
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_name,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE event_name
      WHEN 'DeleteBucket' THEN 'deleted'
      WHEN 'DeleteBucketPolicy' THEN 'removed the policy of'
      WHEN 'PutBucketPolicy' THEN 'took CloudTrail out of the policy of'
      ELSE 'suspended the versions of'
    END AS change
  FROM events
  WHERE operation IN ('s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketVersioning')
    AND error_code IS NULL
    AND (
      operation IN ('s3:DeleteBucket', 's3:DeleteBucketPolicy')
      OR (request_parameters ->> '$.VersioningConfiguration.Status') = 'Suspended'
      OR (
        operation = 's3:PutBucketPolicy'
        AND json_type(request_parameters, '$.bucketPolicy') IS NOT NULL
        AND NOT contains(request_parameters, 'cloudtrail.amazonaws.com')
      )
    )
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
  bucket AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' ' || change || ' log bucket ' || bucket AS summary
FROM changes
WHERE bucket IN (SELECT t.bucket FROM trail_buckets AS t WHERE t.bucket IS NOT NULL)
  OR bucket ILIKE '%cloudtrail%'
  OR bucket ILIKE '%cloud-trail%';
