-- id: s3_bucket_public
-- title: Bucket open to everyone by its policy or ACL
-- kind: posture
-- check: S3-01
-- severity: critical
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketPolicy, s3:DeleteBucketPolicy, s3:PutBucketAcl, s3:PutBucketPublicAccessBlock, s3:DeleteBucketPublicAccessBlock, s3:PutBucketOwnershipControls, s3:PutAccountPublicAccessBlock, s3:DeleteAccountPublicAccessBlock]
-- remediation: aws s3api put-public-access-block --bucket {resource_id} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
-- why: What is in an open bucket is taken without any credentials, and mostly without a trace.
-- description: >
--   Everyone may read or write a bucket, by its policy or its ACL, and no public access
--   block, of the bucket or the account, takes the effect away.
-- blind_spots:
--   - By the logs alone only a policy or ACL is seen that was written within them. AWS refuses one that a block would have no effect, so one that was written had one.
--   - ACLs of single objects are not looked at.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html

WITH account_blocks AS (
  SELECT
    account_id,
    (config ->> '$.PublicAccessBlock.IgnorePublicAcls') = 'true' AS ignores_acls,
    (config ->> '$.PublicAccessBlock.RestrictPublicBuckets') = 'true' AS restricts
  FROM snapshots
  WHERE resource_type = 'AWS::S3::AccountPublicAccessBlock'
    AND status = 'found'
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.PolicyStatus') IS NOT NULL AND (s.config -> '$.Acl') IS NOT NULL AS known,
    (s.config -> '$.PublicAccessBlock') IS NOT NULL AS block_known,
    coalesce((s.config ->> '$.PolicyStatus.IsPublic') = 'true', false) AS open_policy,
    len(list_filter(s.config ->> '$.Acl.Grants[*].Grantee.URI', lambda uri: regexp_matches(uri, '/groups/global/(AllUsers|AuthenticatedUsers)$'))) > 0
      AND NOT list_contains(s.config ->> '$.OwnershipControls.Rules[*].ObjectOwnership', 'BucketOwnerEnforced') AS open_acl,
    coalesce((s.config ->> '$.PublicAccessBlock.RestrictPublicBuckets') = 'true', false) OR coalesce(b.restricts, false) AS restricts,
    coalesce((s.config ->> '$.PublicAccessBlock.IgnorePublicAcls') = 'true', false) OR coalesce(b.ignores_acls, false) AS ignores_acls
  FROM snapshots AS s
  LEFT JOIN account_blocks AS b ON b.account_id = s.account_id
  WHERE s.resource_type = 'AWS::S3::Bucket'
    AND s.status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE WHEN operation = 's3:PutBucketPolicy' THEN len(list_filter(
      policy_grants(coalesce(json_extract(request_parameters, '$.bucketPolicy'), json_extract(request_parameters, '$.policy'))),
      lambda g: g.grantee = '*' AND NOT g.bound
    )) > 0
      WHEN operation IN ('s3:PutBucketAcl', 's3:CreateBucket') THEN regexp_matches(request_parameters, '"x-amz-acl":\s*\[?\s*"(public-read|public-read-write|authenticated-read)"')
        OR regexp_matches(request_parameters, 'acs\.amazonaws\.com/groups/global/(AllUsers|AuthenticatedUsers)')
      ELSE false
    END AS opens,
    CASE WHEN operation IN ('s3:PutBucketPolicy', 's3:DeleteBucketPolicy') THEN 'policy' ELSE 'ACL' END AS way
  FROM events
  WHERE operation IN ('s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketAcl', 's3:CreateBucket')
    AND error_code IS NULL
    AND (request_parameters ->> '$.bucketName') IS NOT NULL
),
blocks AS (
  SELECT
    event_time,
    event_id,
    account_id,
    request_parameters ->> '$.bucketName' AS bucket,
    regexp_matches(request_parameters, '"RestrictPublicBuckets":\s*"?true') AS restricts,
    regexp_matches(request_parameters, '"IgnorePublicAcls":\s*"?true') AS ignores_acls
  FROM events
  WHERE operation IN ('s3:PutBucketPublicAccessBlock', 's3:PutAccountPublicAccessBlock')
    AND error_code IS NULL
),
-- What the last policy and the last ACL of each bucket say, of those that were ever open.
ways AS (
  SELECT
    account_id,
    region,
    bucket,
    way,
    arg_max(opens, event_time) AS open,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM changes
  GROUP BY account_id, region, bucket, way
  HAVING bool_or(opens)
),
-- A block that came later took the effect away.
blocked AS (
  SELECT
    w.bucket,
    w.way,
    w.account_id,
    w.region,
    w.open AND max(b.event_time) IS NULL AS open,
    coalesce(max(b.event_time), w.changed_at) AS changed_at,
    coalesce(arg_max(b.event_id, b.event_time), w.event_id) AS event_id
  FROM ways AS w
  LEFT JOIN blocks AS b
    ON b.account_id = w.account_id
    AND (b.bucket = w.bucket OR b.bucket IS NULL)
    AND b.event_time > w.changed_at
    AND CASE WHEN w.way = 'policy' THEN b.restricts ELSE b.ignores_acls END
  GROUP BY w.bucket, w.way, w.account_id, w.region, w.open, w.changed_at, w.event_id
)
SELECT
  CASE
    WHEN open_policy AND NOT restricts OR open_acl AND NOT ignores_acls THEN CASE WHEN block_known THEN 'FAIL' END
    WHEN known THEN 'PASS'
  END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN open_policy AND NOT restricts OR open_acl AND NOT ignores_acls
      THEN resource_id || ' is open to everyone by its ' || CASE WHEN open_policy AND NOT restricts THEN 'policy' ELSE 'ACL' END
        || CASE WHEN block_known THEN '' ELSE ', unless its public access block, which could not be read, takes the effect away' END
    WHEN known THEN resource_id || ' is not open to everyone'
    ELSE 'the policy or the ACL of ' || resource_id || ' could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(open) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  bucket AS resource_id,
  account_id,
  region,
  CASE
    WHEN bool_or(open) THEN bucket || ' was opened to everyone by its ' || string_agg(way, ' and ' ORDER BY way DESC) FILTER (WHERE open)
    ELSE bucket || ' was open to everyone and is closed again'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids
FROM blocked
GROUP BY account_id, region, bucket;
