-- id: s3_read_then_destroyed
-- title: Bucket looked over, read out, then its objects deleted by the same key
-- severity: high
-- status: stable
-- attack: [T1485, T1530]
-- requires: [data]
-- key: [principal_arn, access_key_id, resource]
-- description: >
--   Within six hours one access key asked for the versions or the versioning of a
--   bucket, read ten or more of its objects, and then deleted objects of it: a
--   DeleteObjects call or ten single deletions. Copy, destroy, demand is the usual
--   order of a bucket ransom.
-- false_positives:
--   - Moving the content of a bucket elsewhere with a tool that looks at versions
--     first.
-- blind_spots:
--   - Reads and deletions by different keys.
--   - Attackers that delete without reading.
-- triage:
--   - "Find out where the reads went: source_ip and user_agent of the GetObject
--     events."
--   - "Look for a note: PutObject or CreateBucket by the same access_key_id after
--     last_time."
--   - See whether versions or replicas of the objects are left.
-- references:
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.impact.s3-ransomware-batch-deletion/
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.impact.s3-ransomware-individual-deletion/
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html

WITH calls AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.bucketName' AS resource,
    request_parameters ->> '$.key' AS object_key
  FROM events
  WHERE operation IN (
      's3:ListObjectVersions', 's3:GetBucketVersioning', 's3:PutBucketVersioning',
      's3:GetObject', 's3:DeleteObject', 's3:DeleteObjects'
    )
    AND error_code IS NULL
    AND access_key_id IS NOT NULL
    AND invoked_by IS NULL
),
prepared AS (
  SELECT
    access_key_id,
    resource,
    min(event_time) AS prepared_at
  FROM calls
  WHERE operation NOT IN ('s3:GetObject', 's3:DeleteObject', 's3:DeleteObjects')
  GROUP BY access_key_id, resource
),
read AS (
  SELECT
    access_key_id,
    resource,
    min(event_time) AS read_at,
    count(DISTINCT object_key) AS objects_read
  FROM calls
  WHERE operation = 's3:GetObject'
  GROUP BY access_key_id, resource
  HAVING count(DISTINCT object_key) >= 10
)
SELECT
  min(c.event_time) AS event_time,
  max(c.event_time) AS last_time,
  list(c.event_id ORDER BY c.event_time)[:1000] AS event_ids,
  c.principal_arn,
  c.access_key_id,
  arg_max(c.source_ip, c.event_time) AS source_ip,
  arg_max(c.user_agent, c.event_time) AS user_agent,
  c.account_id,
  c.region,
  c.resource,
  r.objects_read,
  count(*) FILTER (WHERE c.operation <> 's3:GetObject') AS deletions,
  coalesce(c.principal_arn, c.identity_type, 'someone unnamed') || ' read ' || r.objects_read || ' objects of bucket ' || c.resource
    || ', then sent ' || count(*) FILTER (WHERE c.operation <> 's3:GetObject') || ' deletions with the same key' AS summary
FROM calls AS c
JOIN read AS r ON r.access_key_id = c.access_key_id AND r.resource = c.resource
JOIN prepared AS p ON p.access_key_id = c.access_key_id AND p.resource = c.resource
WHERE c.operation IN ('s3:GetObject', 's3:DeleteObject', 's3:DeleteObjects')
  AND c.event_time BETWEEN r.read_at AND r.read_at + INTERVAL 6 HOURS
  AND abs(epoch(p.prepared_at) - epoch(r.read_at)) <= 6 * 3600
GROUP BY c.principal_arn, c.identity_type, c.access_key_id, c.account_id, c.region, c.resource, r.objects_read
HAVING count(*) FILTER (WHERE c.operation = 's3:DeleteObjects') >= 1
  OR count(*) FILTER (WHERE c.operation = 's3:DeleteObject') >= 10;
