-- id: ec2_disk_copied_to_region
-- title: Snapshot or AMI copied to another region by a person
-- severity: low
-- status: stable
-- attack: [T1578.001, T1074.002]
-- requires: [management]
-- key: [principal_arn, resource, region]
-- description: >
--   A snapshot or an image was copied into another region than it came from. Intruders stage
--   copies in regions that nobody watches; backups do the same through AWS services, which are
--   left out.
-- false_positives:
--   - Disaster recovery scripts that run with a user's or a role's own credentials.
-- blind_spots:
--   - Copies that AWS Backup and Data Lifecycle Manager make are left out, by invokedBy and by service-linked role.
-- triage:
--   - Does the organization use region? Is the copy encrypted with an own key?
--   - Look for ModifySnapshotAttribute or ModifyImageAttribute in region afterwards by the same principal_arn.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html

WITH copies AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(request_parameters ->> '$.sourceSnapshotId', request_parameters ->> '$.sourceImageId') AS resource,
    request_parameters ->> '$.sourceRegion' AS source_region
  FROM events
  WHERE operation IN ('ec2:CopySnapshot', 'ec2:CopyImage')
    AND error_code IS NULL
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
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
  source_region,
  coalesce(principal_arn, '?') || ' copied ' || coalesce(resource, '?') || ' from ' || source_region || ' to ' || region AS summary
FROM copies
WHERE source_region <> region;
