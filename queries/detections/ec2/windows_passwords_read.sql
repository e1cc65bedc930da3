-- id: ec2_windows_passwords_read
-- title: Windows administrator passwords of many instances asked for
-- severity: high
-- status: stable
-- attack: [T1555, T1552]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   One key asked for the encrypted administrator password of five or more instances without a
--   pause of an hour. Denied calls count on purpose; who tries every instance is looking for the
--   one that answers.
-- false_positives:
--   - A migration or an inventory script of the Windows team that fetches all passwords.
-- blind_spots:
--   - The password comes encrypted with the key pair of the launch; whether the caller could decrypt it is not in the log. Calls that are spread wider than an hour apart are not joined.
-- triage:
--   - How many calls of answered succeeded, and does the caller hold the private key of those instances?
--   - What else did access_key_id call in the hour before and after? Look for a sweep of DescribeInstances first.
--   - Change the administrator password of the instances that answered.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.ec2-get-password-data/

WITH calls AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    error_code,
    request_parameters ->> '$.instanceId' AS instance,
    lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS previous_time
  FROM events
  WHERE operation = 'ec2:GetPasswordData'
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
    error_code,
    instance,
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
  count(*) FILTER (WHERE error_code IS NULL) AS answered,
  coalesce(principal_arn, '?') || ' asked for the Windows passwords of ' || count(DISTINCT instance) || ' instances, '
    || count(*) FILTER (WHERE error_code IS NULL) || ' of ' || count(*) || ' calls were answered' AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(DISTINCT instance) >= 5;
