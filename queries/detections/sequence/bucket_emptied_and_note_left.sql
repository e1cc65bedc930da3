-- id: sequence_bucket_emptied_and_note_left
-- title: A bucket is unprotected or copied, emptied, and a note is left
-- severity: critical
-- status: test
-- attack: [T1490, T1485, T1657]
-- requires: [management, data]
-- key: [principal_arn, resource]
-- description: >
--   One identity suspended versioning of a bucket or removed its replication, or listed the buckets and read
--   ten or more objects of one, then deleted ten or more objects of the same bucket (or the bucket), and then
--   put a few new objects into it or made a new bucket: extortion over storage, told by its order and not by
--   the name of the note.
-- false_positives:
--   - "A migration of a bucket by hand: copied, emptied, and a file left that says where it went."
-- blind_spots:
--   - "DeleteObjects names no keys: one call can delete a thousand."
--   - A note that comes more than an hour after the last deletion, or a bucket that others empty too.
-- triage:
--   - Read the note, and keep it as evidence.
--   - Are older versions left (versioning was on until event_time)? Stop lifecycle rules at once.
--   - "Which objects were read before: that is what they may publish."
--   - Deactivate access_key_id and look for what else it can reach.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
--   - https://unit42.paloaltonetworks.com/shinyhunters-ransomware-extortion/
--   - https://unit42.paloaltonetworks.com/large-scale-cloud-extortion-operation/

WITH removed AS (
  SELECT
    identity_arn,
    account_id,
    event_time,
    event_id,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE WHEN operation = 's3:DeleteObject' THEN 1 ELSE 10 END AS weight
  FROM events
  WHERE operation IN ('s3:DeleteObject', 's3:DeleteObjects', 's3:DeleteBucket')
    AND error_code IS NULL
    AND invoked_by IS NULL
),
emptied AS (
  SELECT
    identity_arn,
    account_id,
    bucket,
    min(event_time) AS first_time,
    max(event_time) AS last_time,
    count(*) AS deletes,
    (list(event_id ORDER BY event_time))[1:1000] AS delete_events
  FROM removed
  GROUP BY identity_arn, account_id, bucket, date_trunc('hour', event_time)
  HAVING sum(weight) >= 10
),
steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.bucketName' AS bucket,
    CASE
      WHEN operation = 's3:GetObject' THEN 'copy'
      WHEN operation = 's3:ListBuckets' THEN 'look'
      WHEN operation = 's3:CreateBucket' THEN 'new bucket'
      WHEN operation = 's3:PutObject' THEN 'put'
      WHEN operation = 's3:DeleteBucketReplication' THEN 'unprotect'
      WHEN (request_parameters ->> '$.VersioningConfiguration.Status') = 'Suspended' THEN 'unprotect'
    END AS step
  FROM events
  WHERE operation IN ('s3:ListBuckets', 's3:GetObject', 's3:CreateBucket', 's3:PutObject', 's3:DeleteBucketReplication', 's3:PutBucketVersioning')
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  min(a.event_time) AS event_time,
  max(a.event_time) AS last_time,
  (list(a.event_id ORDER BY a.event_time) FILTER (WHERE a.event_time <= m.first_time))[1:1000] || any_value(m.delete_events)
    || list(a.event_id ORDER BY a.event_time) FILTER (WHERE a.event_time > m.last_time AND a.step IN ('put', 'new bucket')) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  m.bucket AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(m.deletes) AS deletes,
  any_value(a.principal_arn) || CASE WHEN bool_or(a.step = 'unprotect') THEN ' took the protection of ' ELSE ' read '
    || count(*) FILTER (WHERE a.step = 'copy') || ' objects of ' END
    || m.bucket || ' from ' || strftime(min(a.event_time) FILTER (WHERE a.step IN ('unprotect', 'copy')), '%H:%M:%S') || ', called '
    || any_value(m.deletes) || ' deletions from ' || strftime(m.first_time, '%H:%M:%S') || ' to '
    || strftime(m.last_time, '%H:%M:%S') || ', and left '
    || CASE WHEN bool_or(a.step = 'new bucket' AND a.event_time > m.last_time) THEN 'a new bucket' ELSE 'new objects' END || ' at '
    || strftime(max(a.event_time), '%H:%M:%S') AS summary
FROM emptied AS m
JOIN steps AS a
  ON a.identity_arn = m.identity_arn
 AND a.account_id = m.account_id
 AND (a.bucket = m.bucket OR a.step IN ('new bucket', 'look'))
 AND a.step IS NOT NULL
 AND a.event_time BETWEEN m.first_time - INTERVAL 6 HOUR AND m.last_time + INTERVAL 1 HOUR
GROUP BY m.identity_arn, m.account_id, m.bucket, m.first_time, m.last_time
HAVING (bool_or(a.step = 'unprotect' AND a.event_time <= m.first_time)
     -- Applications read and delete too, but know their bucket and do not list all.
     OR (count(*) FILTER (WHERE a.step = 'copy' AND a.event_time <= m.first_time) >= 10
         AND bool_or(a.step = 'look' AND a.event_time <= m.first_time)))
   -- A note: new things after the last deletion, none before, and few.
   AND count(*) FILTER (WHERE a.step IN ('put', 'new bucket') AND a.event_time > m.last_time) BETWEEN 1 AND 5
   AND count(*) FILTER (WHERE a.step = 'put' AND a.event_time <= m.last_time) = 0;
