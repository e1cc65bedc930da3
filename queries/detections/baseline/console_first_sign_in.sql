-- id: baseline_console_first_sign_in
-- title: User of a key signs in to the console for the first time
-- severity: medium
-- status: stable
-- attack: [T1078.004, T1098.001]
-- requires: [management]
-- key: [principal_arn, account_id]
-- baseline: true
-- history: 3
-- description: >
--   An IAM user who worked with a long-term key for at least three days signed in to the
--   console for the first time. Users of machines have no password; whoever gave this one a
--   password wants a browser.
-- false_positives:
--   - A person who has both and rarely uses the console.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - A user who never used a key is not covered here.
-- triage:
--   - "Look for iam:CreateLoginProfile or UpdateLoginProfile naming the user before event_time: by whom?"
--   - Compare source_ip with the addresses of the user’s key; MFAUsed is in
--     additional_event_data.
--   - List what the principal_arn did in the hour after.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH sign_ins AS (
  SELECT
    principal_arn,
    account_id,
    min(event_time) AS first_time,
    arg_min(event_id, event_time) AS event_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(user_agent, event_time) AS user_agent,
    arg_min(additional_event_data ->> '$.MFAUsed', event_time) AS mfa_used
  FROM events
  WHERE operation = 'signin:ConsoleLogin'
    AND identity_type = 'IAMUser'
    AND error_code IS NULL
    AND (response_elements ->> '$.ConsoleLogin') = 'Success'
  GROUP BY
    principal_arn,
    account_id
),

keys AS (
  SELECT
    principal_arn,
    account_id,
    min(first_time) AS began
  FROM activity
  WHERE identity_type = 'IAMUser'
    AND starts_with(access_key_id, 'AKIA')
  GROUP BY
    principal_arn,
    account_id
)

SELECT
  s.first_time AS event_time,
  [s.event_id] AS event_ids,
  s.principal_arn,
  s.source_ip,
  s.account_id,
  s.user_agent,
  s.mfa_used,
  CAST(date_diff('second', k.began, s.first_time) / 86400.0 AS DOUBLE) AS history_days,
  s.principal_arn || ', until now a user with a key, signs in to the console from ' || coalesce(s.source_ip, '?')
  || CASE WHEN s.mfa_used = 'Yes' THEN ' with MFA' ELSE ' without MFA' END AS summary
FROM sign_ins AS s
JOIN keys AS k
  ON k.principal_arn = s.principal_arn
  AND k.account_id = s.account_id
WHERE s.first_time >= k.began + INTERVAL 3 DAY;
