-- id: s3_bulk_download
-- title: Far more objects read from a bucket than its reader ever did
-- severity: medium
-- status: stable
-- attack: [T1530, T1619]
-- requires: [data]
-- key: [principal_arn, resource, day]
-- baseline: true
-- history: 1
-- description: >
--   One access key read a hundred or more different objects of a bucket within an
--   hour, and that is at least ten times what its principal, who reads that bucket
--   also otherwise, had read from it in any hour of earlier days of the case. Reads by
--   AWS services for someone are left out.
-- false_positives:
--   - A new job, a migration, a restore.
-- blind_spots:
--   - A principal that reads much from the bucket every day and is then stolen.
--   - "A principal that never read the bucket before: that is a finding of its own."
--   - Nothing is said in the first day of an account in the case; history_days tells
--     how much earlier activity there was to compare with.
-- triage:
--   - See from which source_ip and user_agent the objects were read, and whether the
--     principal normally comes from there.
--   - Use bytes, the sum of bytesTransferredOut, to judge how much left.
--   - Look at what the same access_key_id did in the hour before.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html

-- Who made a hundred calls within an hour at all; the rest is about few.
WITH busy AS (
  SELECT DISTINCT
    principal_arn
  FROM (
    SELECT
      principal_arn
    FROM events
    WHERE operation = 's3:GetObject'
      AND error_code IS NULL
      AND invoked_by IS NULL
      AND principal_arn IS NOT NULL
    GROUP BY principal_arn, access_key_id, account_id, region, time_bucket(INTERVAL 1 HOUR, event_time)
    HAVING count(*) >= 100
  )
),
hours AS (
  SELECT
    principal_arn,
    access_key_id,
    account_id,
    region,
    request_parameters ->> '$.bucketName' AS resource,
    time_bucket(INTERVAL 1 HOUR, event_time) AS hour,
    min(event_time) AS event_time,
    max(event_time) AS last_time,
    list(event_id ORDER BY event_time)[:1000] AS event_ids,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(user_agent, event_time) AS user_agent,
    count(DISTINCT request_parameters ->> '$.key') AS objects,
    sum(TRY_CAST(additional_event_data ->> '$.bytesTransferredOut' AS DOUBLE)) AS bytes
  FROM events
  WHERE operation = 's3:GetObject'
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND principal_arn IN (SELECT b.principal_arn FROM busy AS b)
  GROUP BY principal_arn, access_key_id, account_id, region, request_parameters ->> '$.bucketName', time_bucket(INTERVAL 1 HOUR, event_time)
),
judged AS (
  SELECT
    h.principal_arn,
    h.access_key_id,
    h.account_id,
    h.region,
    h.resource,
    h.event_time,
    h.last_time,
    h.event_ids,
    h.source_ip,
    h.user_agent,
    h.objects,
    h.bytes,
    (
      SELECT max(e.objects)
      FROM hours AS e
      WHERE e.principal_arn = h.principal_arn
        AND e.resource = h.resource
        AND e.hour < date_trunc('day', h.hour)
    ) AS most_before
  FROM hours AS h
  WHERE h.objects >= 100
)
SELECT
  min(j.event_time) AS event_time,
  max(j.last_time) AS last_time,
  flatten(list(j.event_ids ORDER BY j.event_time))[:1000] AS event_ids,
  j.principal_arn,
  arg_min(j.access_key_id, j.event_time) AS access_key_id,
  arg_min(j.source_ip, j.event_time) AS source_ip,
  arg_min(j.user_agent, j.event_time) AS user_agent,
  j.account_id,
  j.region,
  j.resource,
  CAST(j.event_time AS DATE) AS day,
  max(j.objects) AS objects_in_an_hour,
  max(j.most_before) AS most_before,
  CAST(sum(j.bytes) AS BIGINT) AS bytes,
  date_diff('day', min(a.first_seen), min(j.event_time)) AS history_days,
  j.principal_arn || ' read ' || max(j.objects) || ' objects of bucket ' || coalesce(j.resource, '?') || ' within an hour, '
    || 'at most ' || max(j.most_before) || ' on earlier days' AS summary
FROM judged AS j
JOIN accounts AS a ON a.account_id = j.account_id
WHERE j.objects >= 10 * j.most_before
  AND j.event_time >= a.first_seen + INTERVAL 1 DAY
GROUP BY j.principal_arn, j.account_id, j.region, j.resource, CAST(j.event_time AS DATE);
