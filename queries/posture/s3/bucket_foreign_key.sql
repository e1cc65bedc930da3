-- id: s3_bucket_foreign_key
-- title: Bucket that encrypts with a KMS key of a foreign account
-- kind: posture
-- check: S3-08
-- severity: high
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketEncryption, s3:DeleteBucketEncryption]
-- remediation: aws s3api delete-bucket-encryption --bucket {resource_id}
-- why: Whoever holds the key decides who reads what is written from now on, and can take it away for a ransom.
-- description: >
--   The default encryption of a bucket uses a KMS key of an account that is none of the
--   organization's or known. The command sets it back to S3's own keys; what was written
--   meanwhile stays encrypted with the foreign one.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - Objects that were written with a foreign key by their writer are a detection's.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
written AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Encryption') IS NOT NULL AS known,
    config ->> '$.Encryption.Rules[*].ApplyServerSideEncryptionByDefault.KMSMasterKeyID' AS key_ids,
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
    operation = 's3:DeleteBucketEncryption' OR json_type(request_parameters, '$.ServerSideEncryptionConfiguration') = 'OBJECT' AS known,
    CASE WHEN operation = 's3:PutBucketEncryption' THEN list_transform(
      json_items(coalesce(
        json_extract(request_parameters, '$.ServerSideEncryptionConfiguration.Rule'),
        json_extract(request_parameters, '$.ServerSideEncryptionConfiguration.Rules')
      )),
      lambda r: r ->> '$.ApplyServerSideEncryptionByDefault.KMSMasterKeyID'
    ) ELSE [] END AS key_ids,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('s3:PutBucketEncryption', 's3:DeleteBucketEncryption')
    AND error_code IS NULL
    AND (request_parameters ->> '$.bucketName') IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, request_parameters ->> '$.bucketName' ORDER BY event_time DESC, event_uuid DESC) = 1
),
judged AS (
  SELECT
    w.basis,
    w.as_of,
    w.resource_id,
    w.resource_arn,
    w.account_id,
    w.region,
    w.event_ids,
    coalesce(w.known, false) AS known,
    -- A key by its id or alias alone is one of the bucket's account.
    list_filter(
      w.key_ids,
      lambda k: regexp_matches(k, '^arn:[^:]*:kms:[^:]*:[0-9]{12}:') AND NOT list_contains(own.ids, split_part(k, ':', 5))
    ) AS foreign_keys
  FROM written AS w
  CROSS JOIN own
)
SELECT
  CASE WHEN len(foreign_keys) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(foreign_keys) > 0 THEN 'bucket ' || resource_id || ' encrypts with key ' || array_to_string(foreign_keys, ', ') || ' of a foreign account'
    WHEN known THEN 'bucket ' || resource_id || ' encrypts with no foreign key'
    ELSE 'the encryption of bucket ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  foreign_keys
FROM judged;
