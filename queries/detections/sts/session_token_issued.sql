-- id: sts_session_token_issued
-- title: Session token issued to an IAM user
-- severity: low
-- status: stable
-- attack: [T1550.001]
-- requires: [management]
-- key: [account_id, principal_arn, access_key_id, source_ip]
-- description: >
--   A long-lived key of an IAM user was exchanged for temporary credentials. With MFA
--   this is good practice; without, it hides the key and keeps working for up to 36
--   hours after it is switched off.
-- false_positives:
--   - Command-line tools that ask for MFA.
-- blind_spots:
--   - "Says nothing of what was done with the token: follow the issued keys in view sessions."
-- triage:
--   - Was MFA part of the call (attribute with_mfa)?
--   - Is source_ip a usual one of the user?
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  bool_and(coalesce((request_parameters ->> '$.serialNumber') IS NOT NULL, false)) AS with_mfa,
  coalesce(principal_arn, '?') || ' exchanged its key for a session token from ' || coalesce(source_ip, '?')
    || CASE WHEN bool_and(coalesce((request_parameters ->> '$.serialNumber') IS NOT NULL, false)) THEN ' with MFA' ELSE ' without MFA' END AS summary
FROM events
WHERE operation = 'sts:GetSessionToken'
  AND error_code IS NULL
  AND identity_type = 'IAMUser'
GROUP BY account_id, principal_arn, access_key_id, source_ip;
