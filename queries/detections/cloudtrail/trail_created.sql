-- id: cloudtrail_trail_created
-- title: CloudTrail trail created or changed
-- severity: informational
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A trail was created or one of its settings changed. A fact for the timeline: a new trail
--   may replace a deleted one, deliver to a stranger's bucket, or be the first sign that
--   someone began to collect evidence.
-- false_positives:
--   - Set-up and upkeep of logging.
-- blind_spots:
--   - Whether the bucket belongs to the organization is not in the event.
-- triage:
--   - Does resource deliver to a bucket of the organization? Compare bucket with the other
--     trails of account_id.
--   - Were trails stopped or deleted in the hour before event_time?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS resource,
  request_parameters ->> '$.s3BucketName' AS bucket,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE event_name WHEN 'CreateTrail' THEN ' created trail ' ELSE ' changed trail ' END
    || coalesce(regexp_extract(request_parameters ->> '$.name', '[^/]+$'), '?')
    || coalesce(', delivering to ' || (request_parameters ->> '$.s3BucketName'), '') AS summary
FROM events
WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
  AND error_code IS NULL;
