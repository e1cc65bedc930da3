-- id: sequence_encrypted_by_strangers_then_expired
-- title: Data encrypted with a key from outside, then set to expire or its own key deleted
-- severity: critical
-- status: test
-- attack: [T1486, T1485.001, T1490]
-- requires: [management, data]
-- key: [principal_arn, resource]
-- description: >
--   One identity wrote ten or more objects of a bucket with a customer-provided key (SSE-C) or a KMS key of
--   an account that is not in this case, or made such a key the default of the bucket; and within a day set
--   the bucket to expire within fourteen days, deleted from it, suspended its versions, or had a KMS key or
--   key material deleted. Without the key holder the data is lost.
-- false_positives:
--   - A product that uses SSE-C on purpose, with short-lived objects in the same bucket.
-- blind_spots:
--   - CopyObject and PutObject are data events; without them only the change of the default key is seen.
--   - Objects encrypted and never touched again lack the second step.
-- triage:
--   - Remove the lifecycle rule and suspend the identity at once; each day counts.
--   - Are there older versions, replicas or backups of the bucket in resource from before event_time?
--   - Cancel the deletion of keys (CancelKeyDeletion).
--   - Which objects did the same access_key_id read before?
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
--   - https://www.halcyon.ai/blog/abusing-aws-native-services-ransomware-encrypting-s3-buckets-with-sse-c

WITH written AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE
      WHEN (request_parameters ->> '$."x-amz-server-side-encryption-customer-algorithm"') IS NOT NULL THEN 'a customer-provided key'
      ELSE regexp_extract(request_parameters, 'arn:aws[a-z-]*:kms:[a-z0-9-]+:(\d{12}):key/', 1)
    END AS key_holder
  FROM events
  WHERE operation IN ('s3:CopyObject', 's3:PutObject', 's3:UploadPart', 's3:PutBucketEncryption')
    AND error_code IS NULL
    AND invoked_by IS NULL
    -- Cheap first: most writes name no key.
    AND (contains(request_parameters, 'customer-algorithm') OR contains(request_parameters, ':kms:'))
),
encrypted AS (
  SELECT
    identity_arn,
    account_id,
    bucket,
    string_agg(DISTINCT key_holder, ', ') AS key_holders,
    min(event_time) AS event_time,
    count(*) AS writes,
    (list(event_id ORDER BY event_time))[1:1000] AS write_events
  FROM written
  WHERE key_holder = 'a customer-provided key'
     OR (key_holder <> ''
         AND key_holder NOT IN (SELECT account_id FROM accounts WHERE account_id IS NOT NULL)
         AND key_holder NOT IN (SELECT value FROM known WHERE kind = 'account_id'))
  GROUP BY identity_arn, account_id, bucket, CAST(event_time AS DATE)
  HAVING count(*) >= 10
      OR bool_or(operation = 's3:PutBucketEncryption')
),
pressed AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.bucketName' AS bucket,
    list_min(list_transform(
      regexp_extract_all(request_parameters, '"Expiration"\s*:\s*\{[^{}]*"Days"\s*:\s*"?(\d+)', 1), lambda d: CAST(d AS INTEGER))) AS days,
    request_parameters ->> '$.VersioningConfiguration.Status' AS versioning
  FROM events
  WHERE operation IN (
    's3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration', 's3:DeleteObject', 's3:DeleteObjects', 's3:PutBucketVersioning',
    'kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  any_value(e.event_time) AS event_time,
  max(a.event_time) AS last_time,
  any_value(e.write_events) || (list(a.event_id ORDER BY a.event_time))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  e.bucket AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(e.writes) AS writes,
  any_value(a.principal_arn) || ' encrypted ' || e.bucket || ' with '
    || regexp_replace(any_value(e.key_holders), '(\d{12})', 'a key of account \1') || ' (' || any_value(e.writes)
    || ' calls from ' || strftime(any_value(e.event_time), '%H:%M:%S') || '), then '
    || string_agg(DISTINCT a.operation, ', ' ORDER BY a.operation)
    || coalesce(' with expiry after ' || min(a.days) || ' days', '') || ' at ' || strftime(min(a.event_time), '%H:%M:%S') AS summary
FROM encrypted AS e
JOIN pressed AS a
  ON a.identity_arn = e.identity_arn
 AND a.account_id = e.account_id
 AND a.event_time BETWEEN e.event_time AND e.event_time + INTERVAL 1 DAY
 AND (a.operation LIKE 'kms:%' OR a.bucket = e.bucket)
 AND (a.operation NOT LIKE 's3:PutBucketLifecycle%' OR a.days <= 14)
 AND (a.operation <> 's3:PutBucketVersioning' OR a.versioning = 'Suspended')
GROUP BY e.identity_arn, e.account_id, e.bucket, e.event_time;
