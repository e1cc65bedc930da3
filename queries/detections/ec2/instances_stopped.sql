-- id: ec2_instances_stopped
-- title: Instances stopped
-- severity: informational
-- status: stable
-- attack: [T1489]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- description: >
--   Somebody stopped instances. A fact for the timeline; intruders stop machines to change their
--   user data, to take a clean copy of the disk, or to do harm.
-- false_positives:
--   - Almost always ordinary operation.
-- blind_spots:
--   - What AWS services stop for somebody is left out by invokedBy.
-- triage:
--   - Did the same access_key_id modify the instances or make snapshots before starting them again?
--   - Were they started again, and by whom?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  array_to_string(regexp_extract_all(request_parameters, '"(i-[0-9A-Za-z]+)"', 1), ', ') AS resource,
  coalesce(principal_arn, '?') || ' stopped ' || array_to_string(regexp_extract_all(request_parameters, '"(i-[0-9A-Za-z]+)"', 1), ', ') AS summary
FROM events
WHERE operation = 'ec2:StopInstances'
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
