-- id: s3_public_access_block_removed
-- title: Public access block of a bucket or account removed
-- severity: medium
-- status: stable
-- attack: [T1530, T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id]
-- description: >
--   The guard that keeps buckets from being opened to everyone was deleted or partly
--   switched off, for one bucket or for the whole account. It is the step before a
--   public policy or ACL.
-- false_positives:
--   - Setting up a bucket that serves public files.
-- blind_spots:
--   - Whether anything was opened afterwards; see the findings on bucket policies and
--     ACLs.
-- triage:
--   - See whether a policy or ACL of the same bucket was changed by the same principal
--     within the next hour.
--   - For the account as a whole, list every bucket whose policy was changed since
--     event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeletePublicAccessBlock.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  CASE WHEN operation LIKE '%Account%' THEN account_id ELSE request_parameters ->> '$.bucketName' END AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || CASE WHEN event_name LIKE 'Delete%' THEN ' removed' ELSE ' weakened' END || ' the public access block of '
    || CASE WHEN operation LIKE '%Account%' THEN 'account ' || coalesce(account_id, '?') ELSE 'bucket ' || coalesce(request_parameters ->> '$.bucketName', '?') END AS summary
FROM events
WHERE operation IN ('s3:PutBucketPublicAccessBlock', 's3:DeleteBucketPublicAccessBlock', 's3:PutAccountPublicAccessBlock', 's3:DeleteAccountPublicAccessBlock')
  AND error_code IS NULL
  AND (
    event_name LIKE 'Delete%'
    OR regexp_matches(request_parameters, '"(BlockPublicAcls|IgnorePublicAcls|BlockPublicPolicy|RestrictPublicBuckets)":\s*"?false')
  );
