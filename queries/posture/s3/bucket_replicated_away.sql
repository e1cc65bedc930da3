-- id: s3_bucket_replicated_away
-- title: Bucket replicated to a foreign account
-- kind: posture
-- check: S3-05
-- severity: high
-- status: stable
-- resource_type: AWS::S3::Bucket
-- changed_by: [s3:PutBucketReplication, s3:DeleteBucketReplication]
-- remediation: aws s3api delete-bucket-replication --bucket {resource_id}
-- why: Every object that is written from now on is copied away by AWS itself, without a read that anybody could see.
-- description: >
--   A replication rule of a bucket that is enabled copies objects to a bucket that it says
--   belongs to an account that is none of the organization's or known.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - A rule that does not name the account of its destination is taken for one within the account.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html

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
    (config -> '$.Replication') IS NOT NULL AS known,
    json_items(config -> '$.Replication.Rules') AS rules,
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
    operation = 's3:DeleteBucketReplication' OR json_type(request_parameters, '$.ReplicationConfiguration') = 'OBJECT' AS known,
    CASE WHEN operation = 's3:PutBucketReplication' THEN json_items(coalesce(
      json_extract(request_parameters, '$.ReplicationConfiguration.Rule'),
      json_extract(request_parameters, '$.ReplicationConfiguration.Rules')
    )) ELSE [] END AS rules,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('s3:PutBucketReplication', 's3:DeleteBucketReplication')
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
    list_filter(
      w.rules,
      lambda r: (r ->> '$.Status') = 'Enabled' AND (r ->> '$.Destination.Account') IS NOT NULL AND NOT list_contains(own.ids, r ->> '$.Destination.Account')
    ) AS away
  FROM written AS w
  CROSS JOIN own
)
SELECT
  CASE WHEN len(away) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(away) > 0 THEN 'bucket ' || resource_id || ' is replicated to ' || array_to_string(list_transform(away, lambda r: regexp_extract(r ->> '$.Destination.Bucket', '[^:]+$') || ' of account ' || (r ->> '$.Destination.Account')), ', ')
    WHEN known THEN 'bucket ' || resource_id || ' is replicated to no foreign account'
    ELSE 'the replication of bucket ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  list_distinct(list_transform(away, lambda r: r ->> '$.Destination.Account')) AS foreign_accounts
FROM judged;
