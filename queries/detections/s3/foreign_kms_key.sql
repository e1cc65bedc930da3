-- id: s3_foreign_kms_key
-- title: Bucket or objects encrypted with the KMS key of a foreign account
-- severity: high
-- status: stable
-- attack: [T1486]
-- requires: [management]
-- key: [principal_arn, resource, key_account]
-- description: >
--   The default encryption of a bucket, or objects themselves, were set to a KMS key
--   that belongs to an account that is neither in this case nor known. Its owner
--   decides from then on whether the data can be read.
-- false_positives:
--   - A central key account whose logs are not in this case; name it as known.
-- blind_spots:
--   - Keys given as a bare id or alias are keys of the own account or of the caller,
--     and are left out.
--   - Objects that are written or copied with the key are data events.
-- triage:
--   - Ask who owns key_account and whether the key can still be used.
--   - "Count the objects written with it: PutObject and CopyObject on the same
--     resource since event_time."
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

WITH writes AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.bucketName' AS resource,
    request_parameters ->> '$.key' AS object_key,
    regexp_extract(
      coalesce(
        request_parameters ->> '$."x-amz-server-side-encryption-aws-kms-key-id"',
        json_extract_string(request_parameters, '$..KMSMasterKeyID')[1]
      ),
      '^arn:[a-z-]+:kms:[a-z0-9-]*:(\d{12}):', 1
    ) AS key_account
  FROM events
  WHERE operation IN ('s3:PutBucketEncryption', 's3:CopyObject', 's3:PutObject', 's3:CreateMultipartUpload')
    AND error_code IS NULL
    AND contains(request_parameters, ':kms:')
)
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
  resource,
  key_account,
  count(object_key) AS objects,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' encrypted ' || CASE WHEN count(object_key) = 0 THEN 'bucket ' ELSE count(object_key) || ' objects of bucket ' END
    || coalesce(resource, '?') || ' with a KMS key of foreign account ' || key_account AS summary
FROM writes
WHERE key_account <> ''
  AND key_account <> account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = key_account)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = key_account)
GROUP BY principal_arn, identity_type, account_id, region, resource, key_account;
