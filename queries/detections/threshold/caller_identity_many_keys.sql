-- id: threshold_caller_identity_many_keys
-- title: Access keys tried out with GetCallerIdentity
-- severity: high
-- status: stable
-- attack: [T1078.004, T1087.004]
-- requires: [management]
-- key: [source_ip, event_time]
-- description: >
--   Within one hour, one address asked sts:GetCallerIdentity with long-term keys of three or
--   more users. A stolen key is first asked whom it belongs to; whoever does it with many
--   keys from one place checks a list.
-- false_positives:
--   - A secret scanner of the company that verifies what it finds.
--   - A build host that holds several users’ keys; replace them by roles.
-- blind_spots:
--   - Keys that are no longer valid leave no event.
--   - Temporary keys (ASIA) are not counted, and one key asked about from many addresses is
--     in threshold_key_many_networks.
-- triage:
--   - For each access_key_id here, list what came after GetCallerIdentity, from any address.
--   - Where are these keys stored together? A repository, a build system, an image?
--   - Disable the keys; do not wait for their next use.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
--   - https://trufflesecurity.com/blog/trufflehog-in-your-logs
--   - https://attack.mitre.org/techniques/T1078/004/

WITH asked AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    user_agent,
    time_bucket(INTERVAL 1 HOUR, event_time) AS hour
  FROM events
  WHERE operation = 'sts:GetCallerIdentity'
    AND starts_with(access_key_id, 'AKIA')
    AND source_ip_lo IS NOT NULL
)

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  arg_min(principal_arn, event_time) AS principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  source_ip,
  any_value(account_id) AS account_id,
  any_value(user_agent) AS user_agent,
  source_ip || ' asked whom ' || count(DISTINCT access_key_id) || ' access keys belong to, within an hour: '
  || array_to_string(list(DISTINCT principal_arn ORDER BY principal_arn)[1:5], ', ') AS summary
FROM asked
GROUP BY
  source_ip,
  hour
HAVING count(DISTINCT principal_arn) >= 3;
