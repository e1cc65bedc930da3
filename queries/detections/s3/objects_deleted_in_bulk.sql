-- id: s3_objects_deleted_in_bulk
-- title: Objects of a bucket deleted in bulk
-- severity: medium
-- status: stable
-- attack: [T1485]
-- requires: [data]
-- key: [principal_arn, access_key_id, resource, day]
-- description: >
--   Within ten minutes one access key deleted fifty objects of a bucket one by one, or
--   sent ten DeleteObjects calls, each of which can name a thousand objects.
-- false_positives:
--   - Emptying a bucket before deleting it, clean-up jobs, and data pipelines that
--     rewrite their tables.
-- blind_spots:
--   - A DeleteObjects event does not list the objects; one call can delete a thousand
--     and stays below the threshold.
--   - Deletions by lifecycle rules are not logged, deletions that services make for
--     someone are left out.
-- triage:
--   - "See what the same access_key_id read from the bucket in the hour before:
--     deletion after a copy is a ransom pattern."
--   - "Check whether the bucket has versions: delete markers can be removed, deleted
--     versions not."
--   - Look for a PutObject into the emptied bucket after last_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html

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
    region,
    operation,
    request_parameters ->> '$.bucketName' AS resource,
    count(*) OVER (
      PARTITION BY operation, principal_arn, access_key_id, request_parameters ->> '$.bucketName'
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 10 MINUTES PRECEDING AND CURRENT ROW
    ) AS in_ten_minutes
  FROM events
  WHERE operation IN ('s3:DeleteObject', 's3:DeleteObjects')
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  resource,
  CAST(event_time AS DATE) AS day,
  count(*) FILTER (WHERE operation = 's3:DeleteObject') AS single_deletions,
  count(*) FILTER (WHERE operation = 's3:DeleteObjects') AS batches,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted from bucket ' || coalesce(resource, '?') || ': ' || count(*) FILTER (WHERE operation = 's3:DeleteObject')
    || ' objects singly and ' || count(*) FILTER (WHERE operation = 's3:DeleteObjects') || ' batches' AS summary
FROM deletions
GROUP BY principal_arn, identity_type, access_key_id, account_id, region, resource, CAST(event_time AS DATE)
HAVING max(in_ten_minutes) FILTER (WHERE operation = 's3:DeleteObject') >= 50
  OR max(in_ten_minutes) FILTER (WHERE operation = 's3:DeleteObjects') >= 10;
