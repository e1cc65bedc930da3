-- id: lightsail_access_or_machines_taken
-- title: Lightsail used for access or for new machines
-- severity: medium
-- status: stable
-- attack: [T1021.008, T1578.002, T1552.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   Somebody fetched temporary SSH or RDP access, the default key pair, a bucket key or a
--   database password from Lightsail, or made Lightsail instances. Most organizations do not use
--   Lightsail, and its machines stand outside of their networks. One finding is what a key did
--   on one day.
-- false_positives:
--   - An account that does use Lightsail; suppress it there.
-- blind_spots:
--   - AWS services are left out by invokedBy. Lightsail's own console reads more than these.
-- triage:
--   - Does the account use Lightsail at all? If not, look at every Lightsail call of access_key_id.
--   - List the instances in all regions of Lightsail, and their cost so far.
-- references:
--   - https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_GetInstanceAccessDetails.html
--   - https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_CreateInstances.html
--   - https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_DownloadDefaultKeyPair.html
--   - https://www.invictus-ir.com/news/the-curious-case-of-dangerdev-protonmail-me

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  string_agg(DISTINCT region, ', ' ORDER BY region) AS regions,
  string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS operations,
  coalesce(principal_arn, '?') || ' called in Lightsail: ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS summary
FROM events
WHERE operation IN (
    'lightsail:GetInstanceAccessDetails', 'lightsail:DownloadDefaultKeyPair', 'lightsail:CreateBucketAccessKey',
    'lightsail:GetRelationalDatabaseMasterUserPassword', 'lightsail:CreateInstances', 'lightsail:CreateInstancesFromSnapshot'
  )
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
GROUP BY principal_arn, access_key_id, account_id, CAST(event_time AS DATE);
