-- id: dynamodb_table_exported
-- title: Table exported to a bucket
-- severity: medium
-- status: stable
-- attack: [T1074.002, T1537]
-- requires: [management]
-- key: [principal_arn, resource, bucket]
-- description: >
--   The whole content of a DynamoDB table was exported to an S3 bucket. It needs no
--   read of the table and leaves no data event there. The summary says when the bucket
--   belongs to a foreign account.
-- false_positives:
--   - Analytics that export on schedule.
-- blind_spots:
--   - The owner of the bucket stands in the event only where the caller gave it.
--   - Table reads (Scan) are data events and not judged here.
-- triage:
--   - Check that bucket is yours and who can read it.
--   - See whether point-in-time recovery was switched on for it just before
--     (UpdateContinuousBackups).
--   - Look for GetObject below the prefix of the export.
-- references:
--   - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.tableArn' AS resource,
  request_parameters ->> '$.s3Bucket' AS bucket,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' exports table ' || coalesce(request_parameters ->> '$.tableArn', '?') || ' to bucket ' || coalesce(request_parameters ->> '$.s3Bucket', '?')
    || CASE WHEN (request_parameters ->> '$.s3BucketOwner') <> account_id THEN ' of foreign account ' || (request_parameters ->> '$.s3BucketOwner') ELSE '' END AS summary
FROM events
WHERE operation = 'dynamodb:ExportTableToPointInTime'
  AND error_code IS NULL;
