-- id: ec2_permissions_probed_by_dry_run
-- title: Permissions probed with dry runs
-- severity: medium
-- status: stable
-- attack: [T1580, T1059.009]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key made three or more EC2 calls that change something as dry runs, without a pause of
--   an hour. A dry run only tells whether the call would be allowed; it is how intruders learn
--   what a stolen key can launch without leaving machines behind.
-- false_positives:
--   - Installers and cluster tools that check permissions first, and people who follow a tutorial.
-- blind_spots:
--   - A dry run that is denied looks like any denied call and is not counted. Only changing operations of EC2 in the list of the query are seen.
-- triage:
--   - Did the same access_key_id then run the same operations for real, in the next hours?
--   - Is source_ip new for the principal, and which calls came before (GetCallerIdentity, GetServiceQuota)?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
--   - https://aws.amazon.com/blogs/security/cryptomining-campaign-targeting-amazon-ec2-and-amazon-ecs/

WITH calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    operation,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation IN (
      'ec2:RunInstances', 'ec2:StartInstances', 'ec2:StopInstances', 'ec2:TerminateInstances', 'ec2:RequestSpotInstances', 'ec2:CreateFleet',
      'ec2:CreateImage', 'ec2:CopyImage', 'ec2:CreateSnapshot', 'ec2:CopySnapshot', 'ec2:DeleteSnapshot', 'ec2:DeleteVolume', 'ec2:CreateVolume', 'ec2:AttachVolume',
      'ec2:ModifyInstanceAttribute', 'ec2:ModifySnapshotAttribute', 'ec2:ModifyImageAttribute', 'ec2:CreateKeyPair', 'ec2:ImportKeyPair',
      'ec2:CreateSecurityGroup', 'ec2:AuthorizeSecurityGroupIngress', 'ec2:CreateRoute', 'ec2:CreateVpc', 'ec2:CreateNetworkInterface', 'ec2:GetPasswordData'
    )
    AND error_code = 'Client.DryRunOperation'
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
-- A burst: the calls of one key in one account without a pause of more than an hour.
bursts AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    operation,
    count(*) FILTER (WHERE previous_time IS NULL OR event_time - previous_time > INTERVAL 1 HOUR)
      OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time ROWS UNBOUNDED PRECEDING) AS burst
  FROM calls
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  coalesce(principal_arn, '?') || ' made ' || count(*) || ' dry runs of ' || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(*) >= 3;
