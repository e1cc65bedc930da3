-- id: cloudtrail_bucket_of_trail_public
-- title: Bucket of a trail open to everyone
-- kind: posture
-- check: LOG-05
-- severity: critical
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketPolicy, s3:PutBucketAcl, s3:PutBucketPublicAccessBlock, s3:DeleteBucketPublicAccessBlock]
-- remediation: aws s3api put-public-access-block --bucket {resource_id} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
-- why: Whoever reads the logs knows what is watched and what is where, and whoever may write there forges them.
-- fsbp: [CloudTrail.6]
-- some: true
-- description: >
--   Everyone may read or write the bucket that a trail delivers to, by its policy or its ACL,
--   and no public access block of the bucket takes the effect away.
-- blind_spots:
--   - Which buckets are of trails is known of trails that were looked up, and of CloudTrail's own calls in the logs.
--   - A block of the whole account is not taken into account.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

WITH of_trails AS (
  SELECT
    config ->> '$.Trail.S3BucketName' AS bucket,
    resource_id AS trail,
    account_id,
    region,
    captured_at
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
    AND (config ->> '$.Trail.S3BucketName') IS NOT NULL
),
-- CloudTrail looks at the ACL of each bucket that it delivers to.
trail_buckets AS (
  SELECT bucket FROM of_trails
  UNION
  SELECT coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') AS bucket
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 's3:GetBucketAcl')
    AND error_code IS NULL
    AND (operation <> 's3:GetBucketAcl' OR invoked_by = 'cloudtrail.amazonaws.com')
    AND coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') IS NOT NULL
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
    concat_ws(
      ' and ',
      CASE
        WHEN (s.config ->> '$.PolicyStatus.IsPublic') = 'true' AND (s.config ->> '$.PublicAccessBlock.RestrictPublicBuckets') IS DISTINCT FROM 'true' THEN 'its policy'
      END,
      CASE
        WHEN len(list_filter(s.config ->> '$.Acl.Grants[*].Grantee.URI', lambda uri: regexp_matches(uri, '/groups/global/(AllUsers|AuthenticatedUsers)$'))) > 0
          AND NOT list_contains(s.config ->> '$.OwnershipControls.Rules[*].ObjectOwnership', 'BucketOwnerEnforced')
          AND (s.config ->> '$.PublicAccessBlock.IgnorePublicAcls') IS DISTINCT FROM 'true' THEN 'its ACL'
      END
    ) AS open_by
  FROM snapshots AS s
  WHERE s.resource_type = 'AWS::S3::Bucket'
    AND s.status = 'found'
    AND s.resource_id IN (SELECT t.bucket FROM trail_buckets AS t)
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE WHEN operation IN ('s3:PutBucketPolicy', 's3:DeleteBucketPolicy') THEN 'its policy' ELSE 'its ACL' END AS way,
    CASE operation
      WHEN 's3:PutBucketPolicy'
        THEN list_contains(policy_outsiders(coalesce(json_extract(request_parameters, '$.bucketPolicy'), json_extract(request_parameters, '$.policy')), []), '*')
      WHEN 's3:PutBucketAcl' THEN regexp_matches(request_parameters, '"x-amz-acl":\s*\[?\s*"(public-read|public-read-write|authenticated-read)"')
        OR regexp_matches(request_parameters, 'acs\.amazonaws\.com/groups/global/(AllUsers|AuthenticatedUsers)')
      ELSE false
    END AS opens
  FROM events
  WHERE operation IN ('s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketAcl')
    AND error_code IS NULL
    AND (request_parameters ->> '$.bucketName') IN (SELECT t.bucket FROM trail_buckets AS t)
),
ways AS (
  SELECT
    account_id,
    region,
    bucket,
    way,
    arg_max(opens, (event_time, event_uuid)) AS open,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM changes
  GROUP BY account_id, region, bucket, way
  HAVING bool_or(opens)
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
  WHERE operation = 's3:PutBucketPublicAccessBlock'
    AND error_code IS NULL
),
-- A block that came later took the effect away.
blocked AS (
  SELECT
    w.account_id,
    w.region,
    w.bucket,
    w.way,
    w.open AND max(b.event_time) IS NULL AS open,
    coalesce(max(b.event_time), w.changed_at) AS changed_at,
    coalesce(arg_max(b.event_id, b.event_time), w.event_id) AS event_id
  FROM ways AS w
  LEFT JOIN blocks AS b
    ON b.account_id = w.account_id
    AND b.bucket = w.bucket
    AND b.event_time > w.changed_at
    AND CASE WHEN w.way = 'its policy' THEN b.restricts ELSE b.ignores_acls END
  GROUP BY w.account_id, w.region, w.bucket, w.way, w.open, w.changed_at, w.event_id
)
SELECT
  CASE WHEN open_by <> '' THEN CASE WHEN block_known THEN 'FAIL' END WHEN known THEN 'PASS' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN open_by <> '' THEN resource_id || ', where a trail delivers, is open to everyone by ' || open_by
      || CASE WHEN block_known THEN '' ELSE ', unless its public access block, which could not be read, takes the effect away' END
    WHEN known THEN resource_id || ', where a trail delivers, is not open to everyone'
    ELSE 'the policy or the ACL of ' || resource_id || ' could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM looked
UNION ALL BY NAME
SELECT
  NULL AS status,
  'config' AS basis,
  max(captured_at) AS as_of,
  bucket AS resource_id,
  account_id,
  any_value(region) AS region,
  'the bucket ' || bucket || ' of ' || min(trail) || ' was not looked up' AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM of_trails
WHERE bucket NOT IN (SELECT l.resource_id FROM looked AS l)
GROUP BY account_id, bucket
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(open) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  bucket AS resource_id,
  account_id,
  region,
  bucket || ', where a trail delivers, was ' || CASE
    WHEN bool_or(open) THEN 'opened to everyone by ' || string_agg(way, ' and ' ORDER BY way DESC) FILTER (WHERE open)
    ELSE 'open to everyone and is closed again'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids
FROM blocked
GROUP BY account_id, region, bucket;
