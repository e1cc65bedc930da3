-- id: threshold_offensive_tool
-- title: User agent of an attack tool or attack distribution
-- severity: high
-- status: stable
-- attack: [T1526, T1078.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, source_ip]
-- description: >
--   The client calls itself by the name of a tool or a system that is made for attacks:
--   Pacu, CloudFox, Stratus Red Team, or the AWS CLI or SDK on Kali, Parrot, BlackArch or
--   Pentoo. Whoever hides knows to change it, so that this finds the hasty, and tests.
-- false_positives:
--   - An agreed penetration test.
-- blind_spots:
--   - The user agent is what the caller says. Most tools set no name of their own and show
--     that of the SDK; then only the system under it (Kali and its like) tells.
--   - TruffleHog is in sts_key_scanner.
-- triage:
--   - List every event of the access_key_id, then of source_ip, from here on.
--   - Is a test agreed for this time and this address?
-- references:
--   - https://stratus-red-team.cloud/user-guide/usage/
--   - https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html
--   - https://github.com/RhinoSecurityLabs/pacu

SELECT
  min(first_time) AS event_time,
  max(last_time) AS last_time,
  list(first_event_id ORDER BY first_time)[1:200] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  arg_min(account_id, first_time) AS account_id,
  arg_min(user_agent, first_time) AS user_agent,
  CAST(sum(events) AS BIGINT) AS events,
  CAST(sum(errors) AS BIGINT) AS errors,
  coalesce(principal_arn, 'somebody') || ' made ' || CAST(sum(events) AS BIGINT) || ' calls from ' || coalesce(source_ip, '?') || ' as '
  || regexp_extract(
    lower(arg_min(user_agent, first_time)),
    'pacu|cloudfox|stratus-red-team|kali|parrot|blackarch|pentoo'
  ) AS summary
FROM activity
WHERE regexp_matches(
    user_agent,
    '(?i)\bpacu\b|cloudfox|stratus-red-team|\bkali|distrib#(kali|parrot)|parrot\b.*linux|linux.*parrot|blackarch|pentoo'
  )
GROUP BY
  principal_arn,
  access_key_id,
  source_ip;
