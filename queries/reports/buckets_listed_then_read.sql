-- id: reports_buckets_listed_then_read
-- title: Buckets that a key looked at and then read
-- answers: [Q26]
-- requires: [data]
-- description: >
--   Which buckets one key asked about or listed, and how much it read from them afterwards.
--   first_object_read is NULL where nothing was read, or where the bucket's data events are
--   not logged (data_logged false): then only the look is seen. Calls of AWS services are
--   left out. 1,000 rows.

WITH looked AS (
  SELECT
    account_id,
    access_key_id,
    principal_arn,
    request_parameters ->> '$.bucketName' AS bucket,
    min(event_time) AS first_look,
    list(DISTINCT operation ORDER BY operation) AS looks,
    list(DISTINCT source_ip ORDER BY source_ip) AS source_ips,
    count(error_code) AS errors
  FROM events
  WHERE operation IN (
    's3:GetBucketAcl',
    's3:GetBucketLocation',
    's3:GetBucketPolicy',
    's3:GetBucketVersioning',
    's3:HeadBucket',
    's3:ListObjectVersions',
    's3:ListObjects',
    's3:ListObjectsV2'
  )
    AND access_key_id IS NOT NULL
    AND invoked_by IS NULL
  GROUP BY ALL
),
reads AS (
  SELECT
    access_key_id,
    request_parameters ->> '$.bucketName' AS bucket,
    request_parameters ->> '$.key' AS object_key,
    event_time,
    TRY_CAST(additional_event_data ->> '$.bytesTransferredOut' AS DOUBLE) AS bytes_out
  FROM events
  WHERE operation IN ('s3:GetObject', 's3:SelectObjectContent')
    AND error_code IS NULL
),
logged AS (
  SELECT DISTINCT
    request_parameters ->> '$.bucketName' AS bucket
  FROM events
  WHERE event_category = 'Data'
    AND event_source = 's3.amazonaws.com'
)
SELECT
  l.account_id,
  l.principal_arn,
  l.access_key_id,
  l.bucket,
  l.first_look,
  l.looks,
  l.errors AS look_errors,
  min(r.event_time) AS first_object_read,
  count(r.event_time) AS reads,
  count(DISTINCT r.object_key) AS objects,
  CAST(sum(r.bytes_out) AS BIGINT) AS bytes_out,
  g.bucket IS NOT NULL AS data_logged,
  l.source_ips
FROM looked AS l
LEFT JOIN reads AS r
  ON r.access_key_id = l.access_key_id
  AND r.bucket = l.bucket
  AND r.event_time >= l.first_look
LEFT JOIN logged AS g ON g.bucket = l.bucket
GROUP BY
  l.account_id,
  l.principal_arn,
  l.access_key_id,
  l.bucket,
  l.first_look,
  l.looks,
  l.errors,
  g.bucket,
  l.source_ips
ORDER BY
  objects DESC,
  l.first_look,
  l.access_key_id,
  l.bucket
LIMIT 1000;
