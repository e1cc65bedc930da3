-- id: s3_acl_public
-- title: Bucket or objects opened to everyone by an ACL
-- severity: high
-- status: stable
-- attack: [T1530, T1537]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   An access control list of a bucket or of objects was set to everyone or to every
--   AWS user: a canned public ACL, or a grant to one of the two global groups.
-- false_positives:
--   - A bucket that serves public files; newer ones do it by policy and have ACLs off.
-- blind_spots:
--   - Objects that are uploaded with a public ACL in the PutObject call itself.
--   - With ACLs disabled or a public access block the call fails or has no effect.
--   - ACLs of single objects are data events.
-- triage:
--   - Look at request_parameters for the grantee and whether it may write
--     (FULL_CONTROL, WRITE).
--   - List other changes of access to the bucket by the same principal on that day.
--   - Find reads of the bucket by identity_type AWSAccount or without a principal
--     after event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html

WITH acls AS (
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
    request_parameters ->> '$.key' AS object_key
  FROM events
  WHERE operation IN ('s3:PutBucketAcl', 's3:PutObjectAcl', 's3:CreateBucket')
    AND error_code IS NULL
    AND (
      regexp_matches(request_parameters, '"x-amz-acl":\s*\[?\s*"(public-read|public-read-write|authenticated-read)"')
      OR regexp_matches(request_parameters, 'acs\.amazonaws\.com/groups/global/(AllUsers|AuthenticatedUsers)')
    )
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
  count(object_key) AS objects,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' opened ' || CASE WHEN count(object_key) = 0 THEN 'bucket ' ELSE count(object_key) || ' objects of bucket ' END
    || coalesce(resource, '?') || ' to everyone by ACL' AS summary
FROM acls
GROUP BY principal_arn, identity_type, account_id, region, resource;
