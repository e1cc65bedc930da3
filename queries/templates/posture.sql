-- id: {{id}}
-- title: {{title}}
-- kind: posture
-- check: OWN-01
-- severity: medium
-- status: experimental
-- resource_type: AWS::EC2::Volume
-- changed_by: [ec2:CreateVolume]
-- remediation: aws ec2 create-snapshot --volume-id {resource_id} --region {region}
-- why: Say in a sentence why a responder wants to know.
-- description: >
--   Say in a sentence or two what it means that this fails. This template asks for disks
--   that are not encrypted.
-- blind_spots:
--   - Say what it cannot see.

-- One row is a resource in a state: status is PASS, FAIL, or NULL where it is not known,
-- as_of the time of which that is true. The first half reads what was looked up, the
-- second what the last change in the logs says. queries/README.md explains the rest.
SELECT
  CASE config ->> '$.Volume.Encrypted' WHEN 'true' THEN 'PASS' WHEN 'false' THEN 'FAIL' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE config ->> '$.Volume.Encrypted'
    WHEN 'true' THEN resource_id || ' is encrypted'
    WHEN 'false' THEN resource_id || ' is not encrypted'
    ELSE 'whether ' || resource_id || ' is encrypted could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM snapshots
WHERE resource_type = 'AWS::EC2::Volume'
  AND status = 'found'
UNION ALL BY NAME
SELECT
  CASE WHEN (response_elements ->> '$.encrypted') = 'true' THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  event_time AS as_of,
  response_elements ->> '$.volumeId' AS resource_id,
  account_id,
  region,
  (response_elements ->> '$.volumeId') || ' was made ' || CASE WHEN (response_elements ->> '$.encrypted') = 'true' THEN 'encrypted' ELSE 'without encryption' END AS summary,
  [event_id] AS event_ids
FROM events
WHERE operation = 'ec2:CreateVolume'
  AND error_code IS NULL
  AND (response_elements ->> '$.volumeId') IS NOT NULL;
