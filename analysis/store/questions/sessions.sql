-- The calls that issued a credential: the sessions of the case, and the long-term
-- keys that were made.
SELECT
  event_id,
  shared_event_id,
  event_time,
  account_id,
  region,
  operation,
  issued_key,
  parent_key,
  role_arn,
  session_arn,
  session_name,
  source_identity,
  subject,
  expires_at,
  sign_in_session_arn,
  identity_type,
  principal_arn,
  caller_account_id,
  invoked_by,
  source_ip,
  user_agent
FROM sessions
UNION ALL
SELECT
  event_id,
  shared_event_id,
  event_time,
  account_id,
  region,
  operation,
  issued_access_key_id,
  access_key_id,
  NULL,
  NULL,
  json_extract_string(response_elements, '$.accessKey.userName'),
  NULL,
  NULL,
  NULL,
  NULL,
  identity_type,
  principal_arn,
  caller_account_id,
  invoked_by,
  source_ip,
  user_agent
FROM events
WHERE operation = 'iam:CreateAccessKey'
  AND error_code IS NULL
  AND issued_access_key_id IS NOT NULL
