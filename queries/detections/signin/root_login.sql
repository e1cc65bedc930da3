-- id: signin_root_login
-- title: Root signed in to the console
-- severity: high
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [account_id, source_ip, event_time]
-- description: >
--   The root user of an account signed in. Root knows no limit; people who work with the
--   account have no need of it from day to day.
-- false_positives:
--   - A task that only root can do, announced beforehand; the yearly test of the break-glass way.
-- blind_spots:
--   - Sessions that AssumeRoot opens are in sts_root_assumed.
-- triage:
--   - Was MFA used (attribute mfa_used)? Without it, treat the password as known to others.
--   - List the events of root in account_id until 12 hours after event_time.
--   - Look for failures and PasswordRecovery events before it.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(principal_arn, 'arn:aws:iam::' || account_id || ':root') AS resource,
  additional_event_data ->> '$.MFAUsed' AS mfa_used,
  'Root of account ' || coalesce(account_id, '?') || ' signed in to the console from ' || coalesce(source_ip, '?')
    || CASE WHEN coalesce((additional_event_data ->> '$.MFAUsed'), 'No') = 'Yes' THEN ' with MFA' ELSE ' without MFA' END AS summary
FROM events
WHERE operation = 'signin:ConsoleLogin'
  AND identity_type = 'Root'
  AND error_code IS NULL
  AND (response_elements ->> '$.ConsoleLogin') = 'Success';
