-- id: ec2_calling_card_name
-- title: Security group or key pair named as intruders name theirs
-- severity: high
-- status: stable
-- attack: [T1578.002, T1578]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A security group or key pair was made, or attempted, with a name that public reports tie to
--   an intrusion. The EC2 Grouper names groups ec2group, ec2group1 and so on, and often calls
--   CreateDefaultVpc first; JavaGhost leaves a group Java_Ghost with the description We Are
--   There But Not Visible. Refused calls count on purpose.
-- false_positives:
--   - A home-grown script that happens to call its group ec2group.
-- blind_spots:
--   - Only the names that the two reports give; any other name stays unseen.
-- triage:
--   - Deactivate access_key_id; these groups work with stolen long-term keys.
--   - Look for RunInstances, ses and workmail calls, GetFederationToken and new users of the same principal in the days before and after.
-- references:
--   - https://www.fortinet.com/blog/threat-research/catching-ec2-grouper-no-indicators-required
--   - https://unit42.paloaltonetworks.com/javaghost-cloud-phishing/
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.groupName', request_parameters ->> '$.keyName') AS resource,
  CASE
    WHEN regexp_matches(request_parameters, '(?i)"java_?ghost|we are there but not visible') THEN 'JavaGhost'
    ELSE 'EC2 Grouper'
  END AS reported_as,
  coalesce(principal_arn, '?') || ' used a name known from ' || CASE
    WHEN regexp_matches(request_parameters, '(?i)"java_?ghost|we are there but not visible') THEN 'JavaGhost'
    ELSE 'EC2 Grouper'
  END || ': ' || coalesce(request_parameters ->> '$.groupName', request_parameters ->> '$.keyName', '?')
    || CASE WHEN error_code IS NULL THEN '' ELSE ' (refused)' END AS summary
FROM events
WHERE operation IN ('ec2:CreateSecurityGroup', 'ec2:CreateKeyPair', 'ec2:ImportKeyPair')
  AND regexp_matches(request_parameters, '(?i)"(?:groupName|keyName)":"(?:ec2group[0-9]*|java_?ghost)"|"we are there but not visible');
