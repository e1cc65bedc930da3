-- id: vpc_traffic_mirroring_changed
-- title: Traffic mirroring set up or changed
-- severity: medium
-- status: stable
-- attack: [T1040]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- description: >
--   Somebody set up, changed or removed traffic mirroring, which copies all packets of a machine
--   to another place. One finding is all steps of a principal in a region on one day. Failed
--   attempts count on purpose; the wish to listen is what matters.
-- false_positives:
--   - Network monitoring products that are set up once, by the network team.
-- blind_spots:
--   - AWS services are left out by invokedBy. What was mirrored is not in any log.
-- triage:
--   - Where does the target lead, and who owns that interface or load balancer?
--   - Does the organization run a network monitoring product in region?
--   - List what access_key_id did in the hour before.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorSession.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorTarget.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorFilter.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS operations,
  bool_or(operation = 'ec2:CreateTrafficMirrorSession' AND error_code IS NULL) AS session_made,
  coalesce(principal_arn, '?') || ' called ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name) || ' in ' || coalesce(region, '?') AS summary
FROM events
WHERE operation IN (
    'ec2:CreateTrafficMirrorFilter', 'ec2:CreateTrafficMirrorFilterRule', 'ec2:CreateTrafficMirrorSession', 'ec2:CreateTrafficMirrorTarget',
    'ec2:ModifyTrafficMirrorFilterNetworkServices', 'ec2:ModifyTrafficMirrorFilterRule', 'ec2:ModifyTrafficMirrorSession',
    'ec2:DeleteTrafficMirrorFilter', 'ec2:DeleteTrafficMirrorFilterRule', 'ec2:DeleteTrafficMirrorSession', 'ec2:DeleteTrafficMirrorTarget'
  )
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
GROUP BY principal_arn, access_key_id, account_id, region, CAST(event_time AS DATE);
