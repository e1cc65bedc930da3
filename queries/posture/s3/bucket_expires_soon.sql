-- id: s3_bucket_expires_soon
-- title: Bucket whose objects all expire within a week
-- kind: posture
-- check: S3-06
-- severity: critical
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketLifecycle, s3:DeleteBucketLifecycle]
-- remediation: aws s3api delete-bucket-lifecycle --bucket {resource_id}
-- why: S3 itself deletes everything in the bucket in a few days, while there is still time to stop it.
-- description: >
--   A lifecycle rule of a bucket that is enabled, and not limited to a prefix, tag or size,
--   lets objects expire within seven days. Intruders set it to destroy a bucket without
--   deleting one object, or to put pressure behind a ransom note.
-- blind_spots:
--   - Buckets that only hold what is needed for a few days look the same; compare when the rule was made.
--   - A rule for each of all prefixes is none for the whole bucket.
--   - In a bucket with versions, expired objects are still there as old ones, until another rule takes those.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html

WITH written AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Lifecycle') IS NOT NULL AS known,
    json_items(config -> '$.Lifecycle.Rules') AS rules,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::S3::Bucket'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    request_parameters ->> '$.bucketName' AS resource_id,
    account_id,
    region,
    operation = 's3:DeleteBucketLifecycle' OR json_type(request_parameters, '$.LifecycleConfiguration') = 'OBJECT' AS known,
    CASE WHEN operation <> 's3:DeleteBucketLifecycle' THEN json_items(coalesce(
      json_extract(request_parameters, '$.LifecycleConfiguration.Rule'),
      json_extract(request_parameters, '$.LifecycleConfiguration.Rules')
    )) ELSE [] END AS rules,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('s3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration', 's3:DeleteBucketLifecycle')
    AND error_code IS NULL
    AND (request_parameters ->> '$.bucketName') IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, request_parameters ->> '$.bucketName' ORDER BY event_time DESC, event_uuid DESC) = 1
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    event_ids,
    coalesce(known, false) AS known,
    list_min(list_transform(
      list_filter(
        rules,
        lambda r: (r ->> '$.Status') = 'Enabled'
          AND coalesce(r ->> '$.Filter.Prefix', r ->> '$.Prefix', '') = ''
          AND coalesce(
            json_extract(r, '$.Filter.Tag'), json_extract(r, '$.Filter.And'),
            json_extract(r, '$.Filter.ObjectSizeLessThan'), json_extract(r, '$.Filter.ObjectSizeGreaterThan')
          ) IS NULL
      ),
      lambda r: coalesce(
        TRY_CAST(r ->> '$.Expiration.Days' AS INTEGER),
        date_diff('day', as_of, TRY_CAST(left(r ->> '$.Expiration.Date', 10) AS TIMESTAMP))
      )
    )) AS days
  FROM written
)
SELECT
  CASE WHEN days <= 7 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN days <= 0 THEN 'all objects of bucket ' || resource_id || ' expire now'
    WHEN days <= 7 THEN 'all objects of bucket ' || resource_id || ' expire ' || days || ' day' || CASE days WHEN 1 THEN '' ELSE 's' END || ' after they are written'
    WHEN known THEN 'no rule lets all objects of bucket ' || resource_id || ' expire within a week'
    ELSE 'the lifecycle of bucket ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  days
FROM judged;
