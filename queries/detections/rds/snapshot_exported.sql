-- id: rds_snapshot_exported
-- title: Database snapshot exported to a bucket
-- severity: medium
-- status: stable
-- attack: [T1074.002, T1537, T1213.006]
-- requires: [management]
-- key: [principal_arn, resource, bucket]
-- description: >
--   An export task writes the content of a snapshot or cluster as files into an S3
--   bucket, from where it is read like any object. The Crimson Collective intrusions
--   took databases this way.
-- false_positives:
--   - Analytics that export on schedule by a role of their own.
-- blind_spots:
--   - Reading the exported files is seen only in S3 data events.
--   - The owner of the bucket does not stand in the event.
-- triage:
--   - Check that bucket is one of yours and who can read it.
--   - "See what the same access_key_id did before: new snapshot, new role, changed key
--     policy."
--   - Look for GetObject below the prefix of the export after event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html
--   - https://www.rapid7.com/blog/post/tr-crimson-collective-a-new-threat-group-observed-operating-in-the-cloud/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.sourceArn' AS resource,
  request_parameters ->> '$.s3BucketName' AS bucket,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' exports ' || coalesce(request_parameters ->> '$.sourceArn', '?') || ' to bucket ' || coalesce(request_parameters ->> '$.s3BucketName', '?') AS summary
FROM events
WHERE operation = 'rds:StartExportTask'
  AND error_code IS NULL;
