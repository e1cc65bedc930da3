-- id: baseline_bucket_first_read
-- title: Objects of a bucket read by a principal that never did
-- severity: medium
-- status: stable
-- attack: [T1530]
-- requires: [data]
-- key: [principal_arn, resource]
-- baseline: true
-- history: 3
-- description: >
--   A principal whose reads of objects are in the case for at least three days read twenty
--   or more objects, on one day, of a bucket that it never read before.
-- false_positives:
--   - A release, an analyst with a new question.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - Needs data events of the bucket, from before as well.
--   - Fewer than twenty objects, or a principal with no data events before, are not counted.
-- triage:
--   - Sum bytesTransferredOut of additional_event_data over these events.
--   - Are source_ip and user_agent the usual ones of the principal?
--   - What is in the bucket, and is the principal_arn meant to read it?
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
--   - https://attack.mitre.org/techniques/T1530/

WITH reads AS (
  SELECT
    principal_arn,
    request_parameters ->> '$.bucketName' AS bucket,
    CAST(event_time AS DATE) AS day,
    min(event_time) AS first_time,
    max(event_time) AS last_time,
    arg_min(event_id, event_time, 100) AS event_ids,
    arg_min(access_key_id, event_time) AS access_key_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(account_id, event_time) AS account_id,
    arg_min(region, event_time) AS region,
    arg_min(user_agent, event_time) AS user_agent,
    count(*) AS objects
  FROM events
  WHERE operation = 's3:GetObject'
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND principal_arn IS NOT NULL
  GROUP BY
    principal_arn,
    request_parameters ->> '$.bucketName',
    CAST(event_time AS DATE)
),

rated AS (
  SELECT
    principal_arn,
    bucket,
    day,
    first_time,
    last_time,
    event_ids,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    objects,
    min(first_time) OVER (PARTITION BY principal_arn) AS began,
    min(first_time) OVER (PARTITION BY principal_arn, bucket) AS bucket_began
  FROM reads
)

SELECT
  first_time AS event_time,
  last_time,
  event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  bucket AS resource,
  account_id,
  region,
  user_agent,
  objects,
  CAST(date_diff('second', began, first_time) / 86400.0 AS DOUBLE) AS history_days,
  principal_arn || ' read ' || objects || ' objects of bucket ' || bucket || ', which it never read before, from '
  || coalesce(source_ip, '?') AS summary
FROM rated
WHERE first_time = bucket_began
  AND objects >= 20
  AND bucket_began >= began + INTERVAL 3 DAY;
