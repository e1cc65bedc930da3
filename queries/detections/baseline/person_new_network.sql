-- id: baseline_person_new_network
-- title: Person signs in from a network where the person never was
-- severity: low
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [principal_arn, session_name, network]
-- baseline: true
-- description: >
--   A user, or a person of Identity Center, with at least a day of history signed in to the
--   console from a network (/16, for IPv6 /32) where the person was never seen, with or
--   without MFA. After phishing through a proxy even the second factor was right.
-- false_positives:
--   - Travel, home, a mobile line.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - Failed sign-ins do not count as having been there.
--   - "People who sign in at a provider show its role: then the session name tells them apart."
-- triage:
--   - Ask the person. Is source_ip a hosting provider or an anonymizer?
--   - "What came in the hour after: iam:CreateAccessKey, MFA changes, cloudshell:CreateSession?"
--   - Does the person work from the usual network at the same time?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH sign_ins AS (
  SELECT
    principal_arn,
    coalesce(session_name, '') AS session_name,
    account_id,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:2], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:2], '.')
    END AS network,
    min(event_time) AS first_time,
    arg_min(event_id, event_time) AS event_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(user_agent, event_time) AS user_agent,
    arg_min(additional_event_data ->> '$.MFAUsed', event_time) AS mfa_used
  FROM events
  WHERE operation = 'signin:ConsoleLogin'
    AND identity_type IN ('IAMUser', 'AssumedRole', 'Root', 'SAMLUser')
    AND error_code IS NULL
    AND (response_elements ->> '$.ConsoleLogin') = 'Success'
    AND source_ip_lo IS NOT NULL
  GROUP BY ALL
),

seen AS (
  SELECT
    principal_arn,
    CASE WHEN identity_type IN ('IAMUser', 'Root') THEN '' ELSE coalesce(session_name, '') END AS session_name,
    CASE
      WHEN contains(source_ip, ':') THEN array_to_string(string_split(source_ip, ':')[1:2], ':')
      ELSE array_to_string(string_split(source_ip, '.')[1:2], '.')
    END AS network,
    min(first_time) AS first_time
  FROM activity
  WHERE identity_type IN ('IAMUser', 'AssumedRole', 'Root', 'SAMLUser')
    AND principal_arn IN (SELECT principal_arn FROM sign_ins)
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
  GROUP BY ALL
)

SELECT
  s.first_time AS event_time,
  [s.event_id] AS event_ids,
  s.principal_arn,
  s.source_ip,
  s.account_id,
  s.user_agent,
  s.session_name,
  s.network,
  s.mfa_used,
  CAST(date_diff('second', min(b.first_time), s.first_time) / 86400.0 AS DOUBLE) AS history_days,
  coalesce(nullif(s.session_name, ''), s.principal_arn) || ' signed in to the console from ' || s.source_ip
  || ', a network where this person never was, ' || CASE WHEN s.mfa_used = 'Yes' THEN 'with MFA' ELSE 'without MFA' END AS summary
FROM sign_ins AS s
JOIN seen AS b
  ON b.principal_arn = s.principal_arn
  AND b.session_name = s.session_name
  AND b.first_time < s.first_time
GROUP BY
  s.first_time,
  s.event_id,
  s.principal_arn,
  s.source_ip,
  s.account_id,
  s.user_agent,
  s.session_name,
  s.network,
  s.mfa_used
HAVING min(b.first_time) <= s.first_time - INTERVAL 1 DAY
  AND NOT bool_or(b.network = s.network);
