-- id: signin_console_from_credentials
-- title: Console opened with access keys
-- severity: medium
-- status: stable
-- attack: [T1550.001, T1078.004]
-- requires: [management]
-- key: [account_id, principal_arn, source_ip]
-- description: >
--   Somebody exchanged temporary credentials for a sign-in token of the console, or
--   signed in to it as a federated user of GetFederationToken. With stolen keys this
--   opens the console without password and MFA.
-- false_positives:
--   - A portal of the organization that opens the console for its people; a command-line tool that does the same (aws-vault login, granted).
-- blind_spots:
--   - "The portal of Identity Center, which does this for every click, is left out: role AWSReservedSSO and its own user agent."
-- triage:
--   - How did access_key_id come about? Walk its session back to the first key.
--   - Is source_ip the one that used the key before?
--   - List ConsoleLogin and later events of the same principal_arn.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
--   - https://hackingthe.cloud/aws/post_exploitation/create_a_console_session_from_iam_credentials/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  max(access_key_id) AS access_key_id,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  any_value(coalesce(identity_arn, principal_arn, identity_type, 'someone')) || CASE WHEN bool_or(operation = 'signin:GetSigninToken')
    THEN ' exchanged credentials for a console session'
    ELSE ' signed in to the console as a federated user'
  END || ' from ' || coalesce(source_ip, '?') AS summary
FROM events
WHERE operation IN ('signin:GetSigninToken', 'signin:ConsoleLogin')
  AND error_code IS NULL
  AND CASE operation
    WHEN 'signin:GetSigninToken' THEN NOT (
      contains(coalesce(identity_arn, principal_arn, ''), '/AWSReservedSSO_')
      AND starts_with(coalesce(user_agent, ''), 'Jersey/')
    )
    ELSE identity_type = 'FederatedUser' AND (response_elements ->> '$.ConsoleLogin') = 'Success'
  END
GROUP BY account_id, principal_arn, source_ip;
