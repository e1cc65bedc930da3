-- id: signin_console_login_without_mfa
-- title: IAM user signed in to the console without MFA
-- severity: medium
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [account_id, principal_arn, source_ip]
-- description: >
--   An IAM user signed in with a password alone. Passwords are phished, guessed and
--   reused; without a second factor nothing else stands in the way.
-- false_positives:
--   - Accounts that have not yet made MFA a rule.
-- blind_spots:
--   - "Roles and federated users are left out: their MFA is at the identity provider and not in the record."
--   - A phishing site that passes the second factor on shows as MFAUsed Yes.
-- triage:
--   - Is source_ip a usual one of the user? Compare with its earlier sign-ins.
--   - List the events of principal_arn until 12 hours after event_time.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.initial-access.console-login-without-mfa/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  principal_arn AS resource,
  coalesce(principal_arn, 'A user') || ' signed in to the console without MFA from ' || coalesce(source_ip, '?')
    || CASE WHEN count(*) > 1 THEN ', ' || CAST(count(*) AS VARCHAR) || ' times' ELSE '' END AS summary
FROM events
WHERE operation = 'signin:ConsoleLogin'
  AND identity_type = 'IAMUser'
  AND error_code IS NULL
  AND (response_elements ->> '$.ConsoleLogin') = 'Success'
  AND (additional_event_data ->> '$.MFAUsed') = 'No'
GROUP BY account_id, principal_arn, source_ip;
