-- id: cloudshell_session_started
-- title: CloudShell opened
-- severity: low
-- status: stable
-- attack: [T1059.009]
-- requires: [management]
-- key: [principal_arn, account_id, region]
-- description: >
--   Somebody opened a CloudShell, a command line with the credentials of the console session.
--   Intruders with a console session use it to get from clicks to scripts. One finding is a
--   principal's sessions in a region on one day.
-- false_positives:
--   - Administrators who use it for daily work.
-- blind_spots:
--   - What was typed is not logged; its API calls are, from an address of AWS.
-- triage:
--   - Which calls followed with the same principal_arn from CloudShell (user_agent with exec-env/CloudShell)?
--   - Is source_ip usual for this person?
-- references:
--   - https://docs.aws.amazon.com/cloudshell/latest/userguide/logging-and-monitoring.html

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
  bool_or(operation = 'cloudshell:CreateEnvironment') AS first_environment,
  coalesce(principal_arn, '?') || ' opened CloudShell in ' || coalesce(region, '?')
    || CASE WHEN bool_or(operation = 'cloudshell:CreateEnvironment') THEN ', with a new environment' ELSE '' END AS summary
FROM events
WHERE operation IN ('cloudshell:CreateSession', 'cloudshell:CreateEnvironment')
  AND error_code IS NULL
GROUP BY principal_arn, access_key_id, account_id, region, CAST(event_time AS DATE);
