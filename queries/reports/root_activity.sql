-- id: reports_root_activity
-- title: What root did
-- answers: [Q42]
-- requires: [management]
-- description: >
--   Everything that root users did themselves, with MFA and kind of credential: a long-term
--   access key of root, a console session, or a session that another account took with
--   AssumeRoot. severity and reason mark operations that intruders use. What services did
--   in the name of the account is left out. 5,000 rows.

SELECT
  e.event_time,
  e.account_id,
  e.region,
  e.operation,
  coalesce(e.error_code, CASE WHEN (e.response_elements ->> '$.ConsoleLogin') = 'Failure' THEN 'Failure' END) AS error_code,
  e.mutating,
  o.severity,
  o.reason,
  CASE
    WHEN starts_with(e.access_key_id, 'AKIA') THEN 'long-term key'
    WHEN e.session_from_console THEN 'console'
    WHEN (e.user_identity ->> '$.sessionContext.assumedRoot') = 'true' THEN 'AssumeRoot'
    WHEN e.event_type = 'AwsConsoleSignIn' THEN 'sign-in'
    WHEN e.access_key_id IS NOT NULL THEN 'session'
  END AS credential,
  coalesce(e.mfa_authenticated, (e.additional_event_data ->> '$.MFAUsed') = 'Yes') AS mfa,
  e.access_key_id,
  e.source_ip,
  e.user_agent,
  e.request_parameters,
  e.event_id
FROM events AS e
LEFT JOIN sensitive_operations AS o
  ON o.operation = e.operation
  AND e.error_code IS NULL
WHERE e.identity_type = 'Root'
  AND e.invoked_by IS NULL
  AND coalesce(e.event_type, '') <> 'AwsServiceEvent'
ORDER BY
  e.event_time,
  e.event_id
LIMIT 5000;
