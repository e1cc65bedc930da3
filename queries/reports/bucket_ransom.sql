-- id: reports_bucket_ransom
-- title: Signs of ransom on buckets
-- answers: [Q29]
-- requires: [management]
-- description: >
--   Per bucket and key: writes encrypted with a key of the caller (SSE-C) or with a KMS key
--   of another account, deletions, versioning suspended, a lifecycle that expires, changes
--   that take protection away. Reads before it tell theft from mere destruction.
--   data_events counts data events of the bucket: 0 means that writes, reads and deletions
--   of objects are not logged, and only the changes to the bucket can be seen.

WITH calls AS (
  SELECT
    event_time,
    account_id,
    principal_arn,
    access_key_id,
    source_ip,
    operation,
    error_code,
    event_category,
    request_parameters ->> '$.bucketName' AS bucket,
    (request_parameters ->> '$."x-amz-server-side-encryption-customer-algorithm"') IS NOT NULL AS customer_key,
    regexp_extract(
      coalesce(request_parameters ->> '$."x-amz-server-side-encryption-aws-kms-key-id"', ''),
      'arn:aws[a-z-]*:kms:[a-z0-9-]+:([0-9]{12}):',
      1
    ) AS kms_account,
    request_parameters ->> '$.VersioningConfiguration.Status' AS versioning,
    request_parameters -> '$.LifecycleConfiguration' AS lifecycle
  FROM events
  WHERE event_source = 's3.amazonaws.com'
    AND (request_parameters ->> '$.bucketName') IS NOT NULL
),
data_events AS (
  SELECT
    bucket,
    count(*) AS events
  FROM calls
  WHERE event_category = 'Data'
  GROUP BY bucket
),
sums AS (
  SELECT
    account_id,
    bucket,
    principal_arn,
    access_key_id,
    list(DISTINCT source_ip ORDER BY source_ip) AS source_ips,
    count(*) FILTER (WHERE operation IN ('s3:CopyObject', 's3:PutObject', 's3:UploadPart', 's3:CreateMultipartUpload') AND customer_key AND error_code IS NULL) AS customer_key_writes,
    count(*) FILTER (WHERE kms_account NOT IN ('', account_id) AND error_code IS NULL) AS foreign_kms_writes,
    count(*) FILTER (WHERE operation IN ('s3:DeleteObject', 's3:DeleteObjects') AND error_code IS NULL) AS delete_calls,
    count(*) FILTER (WHERE operation = 's3:DeleteBucket' AND error_code IS NULL) AS buckets_deleted,
    count(*) FILTER (WHERE operation = 's3:PutBucketVersioning' AND versioning = 'Suspended' AND error_code IS NULL) AS versioning_suspended,
    count(*) FILTER (WHERE operation = 's3:PutBucketLifecycle' AND contains(CAST(lifecycle AS VARCHAR), 'Expiration') AND error_code IS NULL) AS lifecycle_expiry,
    list(DISTINCT operation ORDER BY operation) FILTER (
      WHERE operation IN (
        's3:DeleteBucketEncryption',
        's3:DeleteBucketPolicy',
        's3:DeleteBucketReplication',
        's3:PutBucketAcl',
        's3:PutBucketEncryption',
        's3:PutBucketLifecycle',
        's3:PutBucketLogging',
        's3:PutBucketObjectLockConfiguration',
        's3:PutBucketPolicy',
        's3:PutBucketVersioning'
      ) AND error_code IS NULL
    ) AS bucket_changes,
    count(*) FILTER (WHERE operation = 's3:GetObject' AND error_code IS NULL) AS object_reads,
    count(error_code) AS errors,
    min(event_time) AS first_time,
    max(event_time) AS last_time
  FROM calls
  GROUP BY
    account_id,
    bucket,
    principal_arn,
    access_key_id
)
SELECT
  s.account_id,
  s.bucket,
  s.principal_arn,
  s.access_key_id,
  s.customer_key_writes,
  s.foreign_kms_writes,
  s.delete_calls,
  s.buckets_deleted,
  s.versioning_suspended,
  s.lifecycle_expiry,
  s.bucket_changes,
  s.object_reads,
  s.errors,
  coalesce(d.events, 0) AS data_events,
  s.source_ips,
  s.first_time,
  s.last_time
FROM sums AS s
LEFT JOIN data_events AS d ON d.bucket = s.bucket
WHERE s.customer_key_writes + s.foreign_kms_writes + s.delete_calls + s.buckets_deleted + s.versioning_suspended + s.lifecycle_expiry > 0
ORDER BY
  s.customer_key_writes + s.foreign_kms_writes + s.versioning_suspended + s.lifecycle_expiry > 0 DESC,
  s.customer_key_writes DESC,
  s.delete_calls DESC,
  s.first_time,
  s.bucket,
  s.access_key_id
LIMIT 1000;
