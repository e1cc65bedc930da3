-- id: cloudtrail_bucket_of_trail_loses_logs
-- title: Logs in the bucket of a trail can be deleted, or expire
-- kind: posture
-- check: LOG-06
-- severity: high
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketLifecycle, s3:PutBucketLifecycleConfiguration, s3:DeleteBucketLifecycle, s3:PutBucketVersioning, s3:DeleteBucket]
-- remediation: aws s3api put-bucket-versioning --bucket {resource_id} --versioning-configuration Status=Enabled
-- why: Log files that are deleted or expire are lost, and with them the evidence of what happened before.
-- gone: fail
-- some: true
-- description: >
--   The bucket that a trail delivers to has neither versions nor an object lock, so that what
--   is deleted is lost, or a lifecycle rule deletes log files within a year; or it is gone.
-- blind_spots:
--   - Which buckets are of trails is known of trails that were looked up, and of CloudTrail's own calls in the logs.
--   - Whether deleting needs a second factor (MFA delete) is shown and not asked for.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html

WITH of_trails AS (
  SELECT
    config ->> '$.Trail.S3BucketName' AS bucket,
    resource_id AS trail,
    account_id,
    region,
    captured_at
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
    AND (config ->> '$.Trail.S3BucketName') IS NOT NULL
),
-- CloudTrail looks at the ACL of each bucket that it delivers to.
trail_buckets AS (
  SELECT bucket FROM of_trails
  UNION
  SELECT coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') AS bucket
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 's3:GetBucketAcl')
    AND error_code IS NULL
    AND (operation <> 's3:GetBucketAcl' OR invoked_by = 'cloudtrail.amazonaws.com')
    AND coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') IS NOT NULL
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.config ->> '$.Versioning.MFADelete' AS mfa_delete,
    CASE
      WHEN (s.config ->> '$.Versioning.Status') = 'Enabled' OR json_type(s.config, '$.ObjectLock') = 'OBJECT' THEN true
      WHEN (s.config -> '$.Versioning') IS NOT NULL AND (s.config -> '$.ObjectLock') IS NOT NULL THEN false
    END AS keeps,
    (s.config -> '$.Lifecycle') IS NOT NULL AS lifecycle_known,
    -- A rule for a prefix below which no log files are does not count.
    list_min(list_transform(
      list_filter(
        json_items(s.config -> '$.Lifecycle.Rules'),
        lambda r: (r ->> '$.Status') = 'Enabled'
          AND regexp_matches(coalesce(r ->> '$.Filter.Prefix', r ->> '$.Filter.And.Prefix', r ->> '$.Prefix', ''), '^[*]?$|AWSLogs|(?i:cloudtrail)')
      ),
      lambda r: coalesce(
        TRY_CAST(r ->> '$.Expiration.Days' AS INTEGER),
        date_diff('day', s.captured_at, TRY_CAST(r ->> '$.Expiration.Date' AS TIMESTAMP))
      )
    )) AS days
  FROM snapshots AS s
  WHERE s.resource_type = 'AWS::S3::Bucket'
    AND s.status = 'found'
    AND s.resource_id IN (SELECT t.bucket FROM trail_buckets AS t)
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    operation,
    account_id,
    region,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE
      WHEN operation = 's3:PutBucketVersioning' THEN 'versions'
      WHEN operation IN ('s3:DeleteBucket', 's3:CreateBucket') THEN 'bucket'
      ELSE 'lifecycle'
    END AS facet,
    CASE WHEN operation IN ('s3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration') THEN list_min(list_transform(
      list_filter(
        json_items(json_extract(request_parameters, '$.LifecycleConfiguration.Rule')),
        lambda r: (r ->> '$.Status') = 'Enabled'
          AND regexp_matches(coalesce(r ->> '$.Filter.Prefix', r ->> '$.Filter.And.Prefix', r ->> '$.Prefix', ''), '^[*]?$|AWSLogs|(?i:cloudtrail)')
      ),
      lambda r: coalesce(
        TRY_CAST(r ->> '$.Expiration.Days' AS INTEGER),
        date_diff('day', event_time, TRY_CAST(r ->> '$.Expiration.Date' AS TIMESTAMP))
      )
    )) END AS days,
    request_parameters ->> '$.VersioningConfiguration.Status' AS versions
  FROM events
  WHERE operation IN (
      's3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration', 's3:DeleteBucketLifecycle', 's3:DeleteBucketLifecycleConfiguration',
      's3:PutBucketVersioning', 's3:DeleteBucket', 's3:CreateBucket'
    )
    AND error_code IS NULL
    AND (request_parameters ->> '$.bucketName') IN (SELECT t.bucket FROM trail_buckets AS t)
),
judged AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    operation,
    account_id,
    region,
    bucket,
    facet,
    days,
    operation = 's3:DeleteBucket' OR facet = 'versions' AND versions = 'Suspended' OR coalesce(days < 365, false) AS bad
  FROM changes
),
facets AS (
  SELECT
    account_id,
    region,
    bucket,
    facet,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id,
    arg_max(bad, (event_time, event_uuid)) AS bad,
    arg_max(days, (event_time, event_uuid)) AS days
  FROM judged
  GROUP BY account_id, region, bucket, facet
  HAVING bool_or(bad)
)
SELECT
  CASE
    WHEN NOT keeps OR days < 365 THEN 'FAIL'
    WHEN keeps AND lifecycle_known THEN 'PASS'
  END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN days < 365 THEN 'log files in ' || resource_id || ' expire after ' || days || ' days'
    WHEN NOT keeps THEN 'what is deleted in ' || resource_id || ' is lost: it has neither versions nor an object lock'
    WHEN keeps AND lifecycle_known THEN resource_id || ' keeps its log files'
    ELSE 'whether ' || resource_id || ' keeps its log files could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  days,
  mfa_delete,
  CASE WHEN days < 365 THEN 'aws s3api delete-bucket-lifecycle --bucket {resource_id}' END AS remediation
FROM looked
UNION ALL BY NAME
SELECT
  NULL AS status,
  'config' AS basis,
  max(captured_at) AS as_of,
  bucket AS resource_id,
  account_id,
  any_value(region) AS region,
  'the bucket ' || bucket || ' of ' || min(trail) || ' was not looked up' AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM of_trails
WHERE bucket NOT IN (SELECT l.resource_id FROM looked AS l)
GROUP BY account_id, bucket
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(bad) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  bucket AS resource_id,
  account_id,
  region,
  CASE
    WHEN bool_or(bad AND facet = 'bucket') THEN bucket || ', where a trail delivers, was deleted'
    WHEN bool_or(bad AND facet = 'lifecycle') THEN 'log files in ' || bucket || ' were made to expire after ' || min(days) FILTER (WHERE bad) || ' days'
    WHEN bool_or(bad) THEN bucket || ', where a trail delivers, was told to keep no versions'
    ELSE bucket || ' keeps its log files again'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  min(days) FILTER (WHERE bad) AS days,
  CASE
    WHEN bool_or(bad AND facet = 'bucket') THEN 'aws s3api create-bucket --bucket {resource_id} --region {region}'
    WHEN bool_or(bad AND facet = 'lifecycle') THEN 'aws s3api delete-bucket-lifecycle --bucket {resource_id}'
  END AS remediation
FROM facets
GROUP BY account_id, region, bucket;
