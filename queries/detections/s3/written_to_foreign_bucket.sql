-- id: s3_written_to_foreign_bucket
-- title: Objects copied or uploaded to a bucket of a foreign account
-- severity: medium
-- status: stable
-- attack: [T1537]
-- requires: [data]
-- key: [principal_arn, resource, bucket_account]
-- description: >
--   A principal of this account copied or uploaded objects to a bucket whose owner is
--   an account that is neither in this case nor known. The data left within S3,
--   without passing the network of the account.
-- false_positives:
--   - Delivery to a partner or vendor; name the account as known.
-- blind_spots:
--   - It is seen only where data events of foreign buckets are logged and the record
--     lists the owner.
-- triage:
--   - Ask who owns bucket_account.
--   - List the objects (request_parameters key, x-amz-copy-source) and judge what they
--     hold.
--   - See what else the same access_key_id did in that hour.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html

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
    split_part(ltrim(request_parameters ->> '$."x-amz-copy-source"', '/'), '/', 1) AS source_bucket,
    unnest(CASE WHEN json_type(resources) = 'ARRAY' THEN json_extract(resources, '$[*]') END) AS named
  FROM events
  WHERE operation IN ('s3:CopyObject', 's3:PutObject', 's3:UploadPartCopy', 's3:CreateMultipartUpload')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND caller_account_id = account_id
    -- Cheap first: an account in the list of resources that is not the own one.
    AND regexp_matches(replace(resources, '"' || account_id || '"', ''), '"accountId":\s*"[0-9]')
),
foreign_writes AS (
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
    resource,
    named ->> '$.accountId' AS bucket_account
  FROM writes
  WHERE (named ->> '$.type') = 'AWS::S3::Bucket'
    AND (named ->> '$.accountId') <> account_id
    -- The source of a copy may be foreign: that is a download.
    AND coalesce(split_part(coalesce(named ->> '$.ARN', named ->> '$.arn'), ':::', 2) <> source_bucket, true)
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
  bucket_account,
  count(DISTINCT event_id) AS objects,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' wrote ' || count(DISTINCT event_id) || ' objects to bucket ' || coalesce(resource, '?') || ' of foreign account ' || bucket_account AS summary
FROM foreign_writes
WHERE true
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = bucket_account)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = bucket_account)
GROUP BY principal_arn, identity_type, account_id, region, resource, bucket_account;
