-- id: reports_tools
-- title: Tools by their user agent
-- answers: [Q44]
-- description: >
--   User agents that name a tool for attack, a scanner for secrets or posture, a client for
--   buckets or an attacker's distribution, and bare HTTP libraries. A user agent is what
--   the caller says it is: its presence says something, its absence nothing. Security
--   teams run most of these, too.

WITH agents AS (
  SELECT
    lower(regexp_extract(
      user_agent,
      '(?i)(pacu|stratus-red-team|cloudfox|cloudgoat|weirdaal|enumerate-iam|trufflehog|gitleaks|prowler|scoutsuite|scout2|cloudsploit|steampipe|cartography|kali|parrot|pentoo|blackarch|s3 browser|s3browser|winscp|cyberduck|rclone|s5cmd|mountain duck|awspowershell|python-requests|python-urllib|go-http-client|curl/|wget/|okhttp|postmanruntime|powershell/-1|httpie)',
      1
    )) AS tool,
    user_agent,
    account_id,
    principal_arn,
    access_key_id,
    source_ip,
    mutating,
    error_code,
    event_time
  FROM events
  WHERE source_ip_hi IS NOT NULL
    AND invoked_by IS NULL
)
SELECT
  tool,
  CASE
    WHEN tool IN ('pacu', 'stratus-red-team', 'cloudfox', 'cloudgoat', 'weirdaal', 'enumerate-iam') THEN 'attack'
    WHEN tool IN ('kali', 'parrot', 'pentoo', 'blackarch') THEN 'distribution for attack'
    WHEN tool IN ('trufflehog', 'gitleaks') THEN 'scanner for secrets'
    WHEN tool IN ('prowler', 'scoutsuite', 'scout2', 'cloudsploit', 'steampipe', 'cartography') THEN 'inventory and posture'
    WHEN tool IN ('s3 browser', 's3browser', 'winscp', 'cyberduck', 'rclone', 's5cmd', 'mountain duck') THEN 'client for buckets'
    ELSE 'library or shell'
  END AS kind,
  user_agent,
  count(*) AS events,
  count(*) FILTER (WHERE mutating AND error_code IS NULL) AS writes,
  count(error_code) AS errors,
  list(DISTINCT account_id ORDER BY account_id) AS account_ids,
  list_slice(list(DISTINCT principal_arn ORDER BY principal_arn), 1, 20) AS principal_arns,
  count(DISTINCT access_key_id) AS access_keys,
  list_slice(list(DISTINCT source_ip ORDER BY source_ip), 1, 20) AS source_ips,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM agents
WHERE tool <> ''
GROUP BY
  tool,
  user_agent
ORDER BY
  list_position(['attack', 'distribution for attack', 'scanner for secrets', 'client for buckets', 'inventory and posture', 'library or shell'], kind),
  events DESC,
  user_agent
LIMIT 1000;
