-- id: s3_bucket_access_changed
-- title: Access to a bucket changed
-- severity: informational
-- status: stable
-- attack: [T1098]
-- requires: [management]
-- key: [principal_arn, resource, event_name]
-- description: >
--   The policy, ACL, cross-origin rules or object ownership of a bucket were set or
--   deleted. A fact for the timeline; what opens the bucket to strangers has findings
--   of its own.
-- false_positives:
--   - Every deployment that manages buckets.
-- blind_spots:
--   - Changes that AWS services make on behalf of a principal are left out.
-- triage:
--   - Compare request_parameters with the change before it on the same resource.
--   - See whether the same principal changed access to other buckets within the hour.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.bucketName' AS resource,
  event_name,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || ' on bucket ' || coalesce(request_parameters ->> '$.bucketName', '?') AS summary
FROM events
WHERE operation IN (
    's3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketAcl', 's3:PutBucketCors', 's3:DeleteBucketCors',
    's3:PutBucketOwnershipControls', 's3:DeleteBucketOwnershipControls', 's3:PutAccessPointPolicy', 's3:DeleteAccessPointPolicy'
  )
  AND error_code IS NULL
  AND invoked_by IS NULL;
