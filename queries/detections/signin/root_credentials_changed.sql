-- id: signin_root_credentials_changed
-- title: Password, address or MFA of root changed
-- severity: high
-- status: stable
-- attack: [T1098, T1556.006]
-- requires: [management]
-- key: [account_id, event_time]
-- description: >
--   The password or the e-mail address of root was changed, a recovery of its password
--   was asked for or completed, or its MFA device was taken away. Each is a step to take
--   over the account, or to keep it.
-- false_positives:
--   - A rotation that was announced; a new holder of the root address.
-- blind_spots:
--   - A recovery that never gets past the form leaves only PasswordRecoveryRequested.
-- triage:
--   - Ask the holder of the root address whether it was they, and whether letters from AWS are missing.
--   - List the events of root in account_id in the day after event_time.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  'arn:aws:iam::' || account_id || ':root' AS resource,
  CASE event_name
    WHEN 'PasswordUpdated' THEN 'The password of root was changed'
    WHEN 'EmailUpdated' THEN 'The e-mail address of root was changed'
    WHEN 'PasswordRecoveryRequested' THEN 'A recovery of the password of root was asked for'
    WHEN 'PasswordRecoveryCompleted' THEN 'A recovery of the password of root was completed'
    ELSE 'The MFA device of root was switched off'
  END || ' in account ' || coalesce(account_id, '?') || ' from ' || coalesce(source_ip, '?') AS summary
FROM events
WHERE operation IN (
    'signin:PasswordUpdated', 'signin:EmailUpdated', 'signin:PasswordRecoveryRequested',
    'signin:PasswordRecoveryCompleted', 'iam:DeactivateMFADevice'
  )
  AND error_code IS NULL
  AND (
    operation = 'iam:DeactivateMFADevice'
    OR json_extract_string(response_elements, '$.' || event_name) = 'Success'
  )
  AND CASE operation
    -- Root names itself nowhere: its device has a name of its own, or no user is named.
    WHEN 'iam:DeactivateMFADevice' THEN
      contains(coalesce((request_parameters ->> '$.serialNumber'), ''), ':mfa/root-account-mfa-device')
      OR (identity_type = 'Root' AND (request_parameters ->> '$.userName') IS NULL)
    ELSE coalesce(identity_type, 'Root') = 'Root'
  END;
