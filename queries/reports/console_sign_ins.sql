-- id: reports_console_sign_ins
-- title: Sign-ins to the console
-- answers: [Q15]
-- requires: [management]
-- baseline: true
-- description: >
--   Every sign-in of the scope with its result, MFA, and whether the principal was ever
--   seen at that address before (all of the case counts). mfa "by the identity provider"
--   means that the record cannot say: the session came over SAML, web identity or Identity
--   Center, and AWS writes MFAUsed No for it. Users without MFA, root and new addresses are
--   what to look for; a name that does not exist is hidden by AWS. 5,000 rows.

WITH sign_ins AS (
  SELECT
    event_time,
    event_id,
    account_id,
    operation,
    identity_type,
    principal_arn,
    session_name,
    source_ip,
    user_agent,
    error_message,
    user_identity ->> '$.userName' AS user_name,
    coalesce(
      response_elements ->> '$.ConsoleLogin',
      response_elements ->> '$.SwitchRole',
      service_event_details ->> '$.UserAuthentication',
      CASE WHEN error_code IS NULL THEN 'Success' ELSE error_code END
    ) AS result,
    additional_event_data ->> '$.MFAUsed' AS mfa_used,
    additional_event_data ->> '$.CredentialType' AS credential_type
  FROM events
  WHERE operation IN ('signin:ConsoleLogin', 'signin:SwitchRole', 'signin:UserAuthentication')
),
seen AS (
  SELECT
    e.principal_arn,
    e.source_ip,
    min(e.event_time) AS since
  FROM events AS e
  WHERE e.principal_arn IN (SELECT principal_arn FROM sign_ins)
    AND e.error_code IS NULL
    AND coalesce(e.response_elements ->> '$.ConsoleLogin', '') <> 'Failure'
  GROUP BY
    e.principal_arn,
    e.source_ip
),
principals AS (
  SELECT
    principal_arn,
    min(since) AS since
  FROM seen
  GROUP BY principal_arn
)
SELECT
  i.event_time,
  i.account_id,
  i.operation,
  i.identity_type,
  coalesce(i.principal_arn, i.user_name) AS principal_arn,
  coalesce(i.session_name, i.user_name) AS who,
  i.result,
  CASE
    WHEN i.identity_type IN ('AssumedRole', 'SAMLUser', 'WebIdentityUser', 'FederatedUser') THEN 'by the identity provider'
    WHEN i.mfa_used = 'Yes' THEN 'yes'
    WHEN i.mfa_used = 'No' THEN 'no'
    ELSE i.credential_type
  END AS mfa,
  i.source_ip,
  s.since IS NULL OR s.since >= i.event_time AS new_address,
  date_diff('day', p.since, i.event_time) AS days_before,
  i.user_agent,
  i.error_message,
  i.event_id
FROM sign_ins AS i
CROSS JOIN scope AS t
LEFT JOIN seen AS s
  ON s.principal_arn = i.principal_arn
  AND s.source_ip = i.source_ip
LEFT JOIN principals AS p ON p.principal_arn = i.principal_arn
WHERE i.event_time >= coalesce(t.since, i.event_time)
  AND i.event_time < coalesce(t.until, i.event_time + INTERVAL 1 SECOND)
ORDER BY
  i.event_time,
  i.event_id
LIMIT 5000;
