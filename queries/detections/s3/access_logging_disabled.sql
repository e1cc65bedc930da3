-- id: s3_access_logging_disabled
-- title: Access logging of a bucket switched off
-- severity: medium
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The server access log of a bucket was switched off. Where S3 data events are not
--   logged, it is the only record of who read the objects.
-- false_positives:
--   - Moving from access logs to data events.
-- blind_spots:
--   - Log records of the last hours may be lost even where it stayed on.
-- triage:
--   - See what the same principal did with the bucket within the next hours.
--   - "Switch it on again, and look for the log bucket: was it emptied too?"
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.bucketName' AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' switched off access logging of bucket ' || coalesce(request_parameters ->> '$.bucketName', '?') AS summary
FROM events
WHERE operation = 's3:PutBucketLogging'
  AND error_code IS NULL
  AND json_type(request_parameters, '$.BucketLoggingStatus') = 'OBJECT'
  AND json_extract(request_parameters, '$.BucketLoggingStatus.LoggingEnabled') IS NULL;
