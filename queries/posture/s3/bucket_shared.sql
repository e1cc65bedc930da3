-- id: s3_bucket_shared
-- title: Bucket that a foreign account may read or change
-- kind: posture
-- check: S3-04
-- severity: high
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketPolicy, s3:DeleteBucketPolicy]
-- remediation: aws s3api delete-bucket-policy --bucket {resource_id}
-- why: Whoever is named in the policy takes the data with credentials of their own, in events that only the bucket's data logging shows.
-- fsbp: [S3.6, S3.7]
-- description: >
--   The policy of a bucket gives an account that is none of the organization's or known
--   more than to put objects and their ACLs. The command takes the whole policy; where it
--   has other statements, put it back without the one in question.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - A foreign account that may only put objects delivers logs, as load balancers of AWS do, and passes.
--   - Everyone as a principal is another check's; ACLs and access points are not looked at.
--   - An organization that a condition names is taken for the own one.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html

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
    config -> '$.Policy' AS policy,
    json_type(config, '$.Policy') = 'NULL' AS none,
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
    coalesce(json_extract(request_parameters, '$.bucketPolicy'), json_extract(request_parameters, '$.policy')) AS policy,
    operation = 's3:DeleteBucketPolicy' AS none,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('s3:PutBucketPolicy', 's3:DeleteBucketPolicy')
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
    coalesce(w.none, false) OR len(policy_statements(w.policy)) > 0 AS known,
    CASE WHEN w.none THEN [] ELSE list_filter(
      policy_outsiders(w.policy, own.ids),
      lambda outsider: outsider <> '*' AND len(list_filter(
        policy_grants(w.policy),
        lambda g: (g.grantee = outsider OR g.grantee = '*')
          AND len(list_filter(g.actions, lambda action: NOT regexp_full_match(action, '(?i)s3:(PutObject|PutObjectAcl|GetBucketAcl|GetBucketLocation)'))) > 0
      )) > 0
    ) END AS foreign_accounts
  FROM written AS w
  CROSS JOIN own
)
SELECT
  CASE WHEN len(foreign_accounts) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(foreign_accounts) > 0 THEN 'bucket ' || resource_id || ' is open to account ' || array_to_string(foreign_accounts, ', ')
    WHEN known THEN 'bucket ' || resource_id || ' is open to no foreign account by its policy'
    ELSE 'the policy of bucket ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  foreign_accounts
FROM judged;
