-- id: s3_customer_key_writes
-- title: Objects encrypted with a key that only the caller holds (SSE-C)
-- severity: high
-- status: stable
-- attack: [T1486]
-- requires: [data]
-- key: [principal_arn, resource]
-- description: >
--   Five or more objects of a bucket were written or copied with server-side
--   encryption under a customer-provided key. AWS does not keep the key: without it
--   the data is lost. The Codefinger ransom campaign worked this way.
-- false_positives:
--   - Applications that have always used SSE-C; they are few and their principals are
--     known.
-- blind_spots:
--   - Fewer than five objects of a bucket.
--   - Writes without S3 data events; only a lifecycle rule may then be seen.
-- triage:
--   - "See whether the objects existed before: x-amz-copy-source names the same object
--     when it was encrypted in place."
--   - Stop the access_key_id now, then look for a lifecycle rule and a note in the
--     same bucket.
--   - Look for versions of the objects from before event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.impact.s3-ransomware-client-side-encryption/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  request_parameters ->> '$.bucketName' AS resource,
  count(DISTINCT request_parameters ->> '$.key') AS objects,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' encrypted ' || count(DISTINCT request_parameters ->> '$.key') || ' objects of bucket '
    || coalesce(request_parameters ->> '$.bucketName', '?') || ' with a key that AWS does not hold (SSE-C)' AS summary
FROM events
WHERE operation IN ('s3:CopyObject', 's3:PutObject', 's3:CreateMultipartUpload', 's3:UploadPartCopy')
  AND error_code IS NULL
  AND (request_parameters ->> '$."x-amz-server-side-encryption-customer-algorithm"') IS NOT NULL
GROUP BY principal_arn, identity_type, account_id, region, request_parameters ->> '$.bucketName'
HAVING count(DISTINCT request_parameters ->> '$.key') >= 5;
