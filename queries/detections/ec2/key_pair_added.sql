-- id: ec2_key_pair_added
-- title: Key pair for logging in to instances made or imported
-- severity: low
-- status: stable
-- attack: [T1098.004]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   Somebody made or imported an SSH key pair in EC2. Instances launched with it afterwards let
--   its holder in.
-- false_positives:
--   - Onboarding, and pipelines that make a key pair for every environment.
-- blind_spots:
--   - AWS services are left out by invokedBy. Keys placed by user data or on the machine itself are not seen.
-- triage:
--   - Does the name of resource follow the habits of the organization?
--   - Look for RunInstances with this keyName afterwards, in all regions.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.keyName' AS resource,
  coalesce(principal_arn, '?') || CASE WHEN operation = 'ec2:ImportKeyPair' THEN ' imported' ELSE ' made' END
    || ' the key pair ' || coalesce(request_parameters ->> '$.keyName', '?') || ' in ' || coalesce(region, '?') AS summary
FROM events
WHERE operation IN ('ec2:ImportKeyPair', 'ec2:CreateKeyPair')
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
