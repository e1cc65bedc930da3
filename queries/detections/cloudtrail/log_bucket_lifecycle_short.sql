-- id: cloudtrail_log_bucket_lifecycle_short
-- title: Logs in a trail bucket expire soon
-- severity: high
-- status: stable
-- attack: [T1685.002, T1485.001]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A lifecycle rule makes the objects of a bucket that holds CloudTrail logs expire within
--   90 days; in a bucket that only sounds like logs, within 7. The log files are then deleted
--   by S3 itself, with no event for each.
-- false_positives:
--   - Retention that is meant to be short because the logs are copied elsewhere.
-- blind_spots:
--   - A bucket is taken for one of a trail by CreateTrail, UpdateTrail, the ACL check of
--     CloudTrail, or a name with cloudtrail in it.
--   - A rule for a prefix that holds no logs fires too.
-- triage:
--   - Read the rules of the bucket now and remove them; copy what is left before the next
--     midnight UTC, when rules run.
--   - "List the events by the same access_key_id in the 24 hours before event_time: what
--     should disappear?"
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.defense-evasion.cloudtrail-lifecycle-rule/

WITH trail_buckets AS (
  -- Buckets of trails, as their settings name them, and as CloudTrail itself looks at their ACL before it delivers.
  SELECT DISTINCT coalesce(request_parameters ->> '$.s3BucketName', request_parameters ->> '$.bucketName') AS bucket
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 's3:GetBucketAcl')
    AND (operation <> 's3:GetBucketAcl' OR invoked_by = 'cloudtrail.amazonaws.com')
),
rules AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.bucketName' AS bucket,
    unnest(CASE json_type(request_parameters, '$.LifecycleConfiguration.Rule')
      WHEN 'ARRAY' THEN CAST(request_parameters -> '$.LifecycleConfiguration.Rule' AS JSON[])
      WHEN 'OBJECT' THEN [request_parameters -> '$.LifecycleConfiguration.Rule']
      ELSE []
    END) AS rule
  FROM events
  WHERE operation = 's3:PutBucketLifecycle'
    AND error_code IS NULL
),
judged AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    bucket,
    coalesce(
      TRY_CAST(rule ->> '$.Expiration.Days' AS INTEGER),
      date_diff('day', event_time, TRY_CAST(rule ->> '$.Expiration.Date' AS TIMESTAMP))
    ) AS days,
    bucket IN (SELECT t.bucket FROM trail_buckets AS t WHERE t.bucket IS NOT NULL)
      OR bucket ILIKE '%cloudtrail%'
      OR bucket ILIKE '%cloud-trail%' AS of_trail
  FROM rules
  WHERE (rule ->> '$.Status') = 'Enabled'
)
SELECT
  event_time,
  [event_id] AS event_ids,
  any_value(principal_arn) AS principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(account_id) AS account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  any_value(bucket) AS resource,
  min(days) AS days,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' makes objects of log bucket ' || any_value(bucket) || ' expire after ' || min(days) || ' days' AS summary
FROM judged
WHERE (of_trail AND days < 90)
  OR (regexp_matches(bucket, '(?i)(^|[^a-z])(logs?|audit)([^a-z]|$)') AND days <= 7)
GROUP BY
  event_time,
  event_id;
