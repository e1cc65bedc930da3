-- id: ec2_image_deregistered
-- title: AMI deregistered or disabled
-- severity: low
-- status: stable
-- attack: [T1485, T1490]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Somebody deregistered or disabled a machine image. New machines cannot be launched from it;
--   auto scaling that depends on it stops replacing machines.
-- false_positives:
--   - Rotation of old images by the team that builds them.
-- blind_spots:
--   - Rotation by AWS services (Image Builder, Data Lifecycle Manager) is left out by invokedBy.
-- triage:
--   - Is resource still named by a launch template or auto scaling group?
--   - Were its snapshots deleted as well (DeleteSnapshot, deleteAssociatedSnapshots)? Look in the Recycle Bin.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.impact.ec2-deregister-ami/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  regexp_extract(request_parameters, '"(ami-[0-9a-z]+)"', 1) AS resource,
  coalesce(principal_arn, '?') || CASE WHEN operation = 'ec2:DisableImage' THEN ' disabled ' ELSE ' deregistered ' END
    || regexp_extract(request_parameters, '"(ami-[0-9a-z]+)"', 1) AS summary
FROM events
WHERE operation IN ('ec2:DeregisterImage', 'ec2:DisableImage')
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
