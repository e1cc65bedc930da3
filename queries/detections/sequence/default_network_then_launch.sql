-- id: sequence_default_network_then_launch
-- title: Default network and a new security group made, then machines started in it
-- severity: high
-- status: test
-- attack: [T1578.002, T1496, T1686.001]
-- requires: [management]
-- key: [principal_arn, region]
-- description: >
--   In one region and within an hour, one identity made a default VPC, then a security group, then asked for
--   machines in that group, whether or not it was allowed to start them. Who owns an account does not need a
--   default VPC in a hurry; who has stolen a key does.
-- false_positives:
--   - A trainer or a sandbox account that restores the default VPC after somebody removed it.
-- blind_spots:
--   - Regions that still have their default VPC need no first step.
--   - A launch template that names the group is not looked into.
-- triage:
--   - "Look at the machines started in this region since event_time: type, user data, who connects."
--   - Look for the same sequence of this principal_arn in other regions.
--   - Where was access_key_id seen before event_time, and with which user agent?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultVpc.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
--   - https://www.fortinet.com/blog/threat-research/catching-ec2-grouper-no-indicators-required

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    response_elements ->> '$.groupId' AS made_group,
    request_parameters,
    error_code
  FROM events
  WHERE operation IN ('ec2:CreateDefaultVpc', 'ec2:CreateSecurityGroup', 'ec2:RunInstances')
    AND invoked_by IS NULL
    -- A launch that was refused is the same intent.
    AND (error_code IS NULL OR operation = 'ec2:RunInstances')
)
SELECT
  any_value(a.event_time) AS event_time,
  max(r.event_time) AS last_time,
  [a.event_id] || list(DISTINCT g.event_id) || list(DISTINCT r.event_id) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  string_agg(DISTINCT g.made_group, ', ') AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' made a default VPC in ' || any_value(a.region) || ' at ' || strftime(any_value(a.event_time), '%H:%M:%S')
    || ', the security group '
    || string_agg(DISTINCT g.made_group, ', ') || ' at ' || strftime(min(g.event_time), '%H:%M:%S') || ' and asked for machines in it at '
    || strftime(min(r.event_time), '%H:%M:%S')
    || CASE WHEN bool_and(r.error_code IS NOT NULL) THEN ' (refused)' ELSE '' END AS summary
FROM steps AS a
JOIN steps AS g
  ON g.identity_arn = a.identity_arn
 AND g.account_id = a.account_id
 AND g.region = a.region
 AND g.operation = 'ec2:CreateSecurityGroup'
 AND g.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 1 HOUR
JOIN steps AS r
  ON r.identity_arn = a.identity_arn
 AND r.account_id = a.account_id
 AND r.region = a.region
 AND r.operation = 'ec2:RunInstances'
 AND r.event_time BETWEEN g.event_time AND a.event_time + INTERVAL 1 HOUR
 AND contains(r.request_parameters, '"' || g.made_group || '"')
WHERE a.operation = 'ec2:CreateDefaultVpc'
GROUP BY a.event_id;
