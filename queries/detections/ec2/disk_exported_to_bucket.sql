-- id: ec2_disk_exported_to_bucket
-- title: Machine or image exported to a bucket
-- severity: high
-- status: stable
-- attack: [T1537, T1074.002]
-- requires: [management]
-- key: [principal_arn, resource, bucket]
-- description: >
--   Somebody wrote a machine or an image as a file to a bucket, from where it can be downloaded
--   as any object. It is a rare operation; the bucket may belong to another account.
-- false_positives:
--   - Migrations back to a data centre, and image pipelines that archive AMIs.
-- blind_spots:
--   - The owner of the bucket is not in the event. The download itself is an S3 data event, in the account of the bucket.
-- triage:
--   - Whose bucket is it? Look for its name in the resources of the case.
--   - Look for s3:GetObject on the bucket afterwards, where data events are logged.
--   - What did access_key_id do in the hour before, and is the person the owner of resource?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInstanceExportTask.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ExportImage.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateStoreImageTask.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  regexp_extract(request_parameters, '"((?:i|ami)-[0-9a-f]+)"', 1) AS resource,
  regexp_extract(request_parameters, '"(?:[sS]3Bucket|Bucket|bucket)":"([^"]+)"', 1) AS bucket,
  coalesce(principal_arn, '?') || ' exported ' || regexp_extract(request_parameters, '"((?:i|ami)-[0-9a-f]+)"', 1)
    || ' to bucket ' || regexp_extract(request_parameters, '"(?:[sS]3Bucket|Bucket|bucket)":"([^"]+)"', 1)
    || ' (' || event_name || ')' AS summary
FROM events
WHERE operation IN ('ec2:CreateInstanceExportTask', 'ec2:ExportImage', 'ec2:CreateStoreImageTask')
  AND error_code IS NULL;
