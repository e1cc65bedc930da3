-- id: s3_buckets_deleted
-- title: Several buckets deleted within an hour
-- severity: medium
-- status: stable
-- attack: [T1485]
-- requires: [management]
-- key: [principal_arn, account_id, day]
-- description: >
--   One principal deleted five or more buckets within an hour. Deletions by
--   CloudFormation for someone are left out.
-- false_positives:
--   - Tearing down a test environment.
-- blind_spots:
--   - "A bucket must be empty before it is deleted: where data events are logged, the
--     loss is seen earlier."
--   - Four buckets and fewer.
-- triage:
--   - List the buckets and judge what they held; names stay reserved for a while.
--   - See whether CreateBucket by the same principal follows, with a name that is a
--     message.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html

WITH deletions AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    request_parameters ->> '$.bucketName' AS bucket,
    count(DISTINCT request_parameters ->> '$.bucketName') OVER (
      PARTITION BY principal_arn, account_id
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW
    ) AS in_an_hour
  FROM events
  WHERE operation = 's3:DeleteBucket'
    AND error_code IS NULL
    AND invoked_by IS NULL
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
  CAST(event_time AS DATE) AS day,
  count(DISTINCT bucket) AS buckets,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted ' || count(DISTINCT bucket) || ' buckets, first ' || coalesce(arg_min(bucket, event_time), '?') AS summary
FROM deletions
GROUP BY principal_arn, identity_type, account_id, CAST(event_time AS DATE)
HAVING max(in_an_hour) >= 5;
