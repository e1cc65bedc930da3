-- id: s3_recovery_weakened
-- title: What brings deleted objects back was switched off
-- severity: medium
-- status: stable
-- attack: [T1490]
-- requires: [management]
-- key: [principal_arn, resource, change]
-- description: >
--   Versioning of a bucket was suspended, MFA delete disabled, replication deleted,
--   object lock loosened or a legal hold lifted. From here on, deleting or overwriting
--   destroys. Ransom actors do it first.
-- false_positives:
--   - Saving cost on test buckets; replacing a replication rule.
-- blind_spots:
--   - An attacker can delete all versions without suspending anything.
--   - Legal holds and retention of single objects are data events.
-- triage:
--   - Count DeleteObject, DeleteObjects and PutObject on the same resource after
--     event_time.
--   - See whether the same access_key_id changed several buckets, or lifecycle rules,
--     within the hour.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketReplication.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html

WITH changes AS (
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
    CASE
      WHEN operation = 's3:DeleteBucketReplication' THEN 'replication deleted'
      WHEN operation = 's3:PutBucketVersioning' AND (request_parameters ->> '$.VersioningConfiguration.Status') IN ('Suspended', 'Disabled') THEN 'versioning suspended'
      WHEN operation = 's3:PutBucketVersioning' AND (request_parameters ->> '$.VersioningConfiguration.MfaDelete') = 'Disabled' THEN 'MFA delete disabled'
      WHEN operation IN ('s3:PutObjectLockConfiguration', 's3:PutBucketObjectLockConfiguration')
        AND json_extract(request_parameters, '$.ObjectLockConfiguration.Rule') IS NULL THEN 'default retention removed'
      WHEN operation = 's3:PutObjectLegalHold' AND (request_parameters ->> '$.LegalHold.Status') = 'OFF' THEN 'legal hold lifted'
      WHEN operation = 's3:PutObjectRetention' AND lower(request_parameters ->> '$."x-amz-bypass-governance-retention"') = 'true' THEN 'retention bypassed'
    END AS change
  FROM events
  WHERE operation IN (
      's3:PutBucketVersioning', 's3:DeleteBucketReplication', 's3:PutObjectLockConfiguration',
      's3:PutBucketObjectLockConfiguration', 's3:PutObjectLegalHold', 's3:PutObjectRetention'
    )
    AND error_code IS NULL
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
  change,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || change || ' on bucket ' || coalesce(resource, '?') AS summary
FROM changes
WHERE change IS NOT NULL
GROUP BY principal_arn, identity_type, account_id, region, resource, change;
