-- id: threshold_throttling_storm
-- title: One caller was throttled over many operations
-- severity: low
-- status: stable
-- attack: [T1526, T1580]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, event_time]
-- description: >
--   A caller was throttled fifty or more times on five or more operations within ten
--   minutes. It asks faster than AWS answers, about many things: a scanner, a runaway job,
--   or an enumeration tool.
-- false_positives:
--   - A deployment or an inventory tool without back-off.
-- blind_spots:
--   - Throttling of one operation only is an application at its limit and is left out.
-- triage:
--   - What is allowed among the calls of the access_key_id in these ten minutes, and what
--     denied?
--   - Is user_agent the tool that the principal is made for?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html
--   - https://attack.mitre.org/techniques/T1526/

-- Failed calls are wanted here.
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[1:200] AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  account_id,
  arg_min(user_agent, event_time) AS user_agent,
  count(*) AS throttled,
  count(DISTINCT operation) AS operations,
  coalesce(principal_arn, 'somebody') || ' was throttled ' || count(*) || ' times over ' || count(DISTINCT operation)
  || ' operations within ten minutes' AS summary
FROM events
WHERE error_code IS NOT NULL
  AND error_code IN (
    'Throttling', 'ThrottlingException', 'ThrottledException', 'Client.RequestLimitExceeded', 'RequestLimitExceeded',
    'TooManyRequestsException', 'SlowDown', 'RequestThrottled', 'RequestThrottledException'
  )
  AND invoked_by IS NULL
  AND identity_type <> 'AWSService'
  AND source_ip_lo IS NOT NULL
GROUP BY
  principal_arn,
  access_key_id,
  account_id,
  time_bucket(INTERVAL 10 MINUTE, event_time)
HAVING count(*) >= 50
  AND count(DISTINCT operation) >= 5;
