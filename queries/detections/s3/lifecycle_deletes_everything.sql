-- id: s3_lifecycle_deletes_everything
-- title: Lifecycle rule deletes a whole bucket within days
-- severity: high
-- status: stable
-- attack: [T1485.001]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A lifecycle rule without prefix or tag was set that expires every object of the
--   bucket within seven days. S3 then deletes by itself, without a DeleteObject event:
--   ransom actors set the date of their threat this way.
-- false_positives:
--   - Scratch and cache buckets that are emptied on purpose; see when the bucket was
--     created and what it holds.
-- blind_spots:
--   - Rules with a prefix or tag filter, and rules that expire only old versions.
--   - The deletions themselves are not logged by CloudTrail.
-- triage:
--   - Remove the rule at once if nobody knows it, expiry runs once a day at midnight
--     UTC.
--   - Look for PutBucketVersioning Suspended and SSE-C writes on the same resource in
--     the day before.
--   - List the lifecycle rules the same access_key_id set on other buckets.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html

WITH rules AS (
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
    unnest(
      CASE json_type(request_parameters, '$.LifecycleConfiguration.Rule')
        WHEN 'ARRAY' THEN json_extract(request_parameters, '$.LifecycleConfiguration.Rule[*]')
        ELSE [json_extract(request_parameters, '$.LifecycleConfiguration.Rule')]
      END
    ) AS rule
  FROM events
  WHERE operation IN ('s3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration')
    AND error_code IS NULL
),
expiring AS (
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
    coalesce(
      TRY_CAST(rule ->> '$.Expiration.Days' AS INTEGER),
      date_diff('day', event_time, TRY_CAST(left(rule ->> '$.Expiration.Date', 10) AS TIMESTAMP))
    ) AS days
  FROM rules
  WHERE (rule ->> '$.Status') = 'Enabled'
    AND coalesce(rule ->> '$.Filter.Prefix', rule ->> '$.Prefix', '') = ''
    AND json_extract(rule, '$.Filter.Tag') IS NULL
    AND json_extract(rule, '$.Filter.And') IS NULL
    AND json_extract(rule, '$.Filter.ObjectSizeLessThan') IS NULL
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  min(days) AS days,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' lets every object of bucket ' || coalesce(resource, '?') || ' expire after ' || min(days) || ' days' AS summary
FROM expiring
WHERE days <= 7
GROUP BY event_time, event_id, principal_arn, identity_type, access_key_id, source_ip, user_agent, account_id, region, resource;
