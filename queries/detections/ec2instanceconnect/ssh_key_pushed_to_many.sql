-- id: ec2instanceconnect_ssh_key_pushed_to_many
-- title: SSH key pushed to several instances
-- severity: medium
-- status: stable
-- attack: [T1021.004, T1098.004, T1021.008]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key pushed an SSH key by EC2 Instance Connect to three or more instances without a pause
--   of an hour. Each push opens a minute in which its holder can log in.
-- false_positives:
--   - Operators and deployment tools that use Instance Connect in place of fixed keys.
-- blind_spots:
--   - What is done on the machine is not in CloudTrail. A push to one or two machines stays below the threshold.
-- triage:
--   - Is it the same public key each time, and does its comment name somebody?
--   - Look at the machines' own logs for logins of os_users within a minute of each event.
--   - What did the roles of these machines call in the hour after?
-- references:
--   - https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.lateral-movement.ec2-instance-connect/

WITH calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    request_parameters ->> '$.instanceId' AS instance,
    request_parameters ->> '$.instanceOSUser' AS os_user,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation = 'ec2-instance-connect:SendSSHPublicKey'
    AND error_code IS NULL
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
    instance,
    os_user,
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
  count(DISTINCT instance) AS instances,
  string_agg(DISTINCT os_user, ', ' ORDER BY os_user) AS os_users,
  coalesce(principal_arn, '?') || ' pushed an SSH key to ' || count(DISTINCT instance) || ' instances' AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(DISTINCT instance) >= 3;
