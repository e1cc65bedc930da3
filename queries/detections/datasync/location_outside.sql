-- id: datasync_location_outside
-- title: Transfer of data to storage outside of AWS set up
-- severity: medium
-- status: stable
-- attack: [T1537, T1567.002]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A location of DataSync was made on object storage outside of AWS, on Azure, or on
--   a bucket that is reached with the role of a foreign account. DataSync then moves
--   whole buckets and file systems by itself.
-- false_positives:
--   - A planned migration between clouds.
-- blind_spots:
--   - "Buckets of foreign accounts: the ARN of a bucket does not carry its account."
--   - Which way the data flows stands in the task.
-- triage:
--   - Who owns the server or container in resource?
--   - Look for CreateTask and StartTaskExecution by the same principal, and what the
--     source is.
-- references:
--   - https://docs.aws.amazon.com/datasync/latest/userguide/API_CreateLocationObjectStorage.html
--   - https://docs.aws.amazon.com/datasync/latest/userguide/API_CreateLocationAzureBlob.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.serverHostname', request_parameters ->> '$.containerUrl', request_parameters ->> '$.s3BucketArn') AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' set up a transfer location on '
    || coalesce(request_parameters ->> '$.serverHostname', request_parameters ->> '$.containerUrl', request_parameters ->> '$.s3BucketArn', '?') AS summary
FROM events
WHERE operation IN ('datasync:CreateLocationObjectStorage', 'datasync:CreateLocationAzureBlob', 'datasync:CreateLocationS3')
  AND error_code IS NULL
  AND (
    operation <> 'datasync:CreateLocationS3'
    OR split_part(request_parameters ->> '$.s3Config.bucketAccessRoleArn', ':', 5) <> account_id
  );
