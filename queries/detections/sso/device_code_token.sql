-- id: sso_device_code_token
-- title: Identity Center token given out by device code
-- severity: low
-- status: stable
-- attack: [T1528, T1566.002]
-- requires: [management]
-- key: [account_id, who, source_ip]
-- description: >
--   A user of Identity Center approved a device, and the client that began it fetched a
--   token. The command line works like this; so does a phisher who sends somebody the
--   link and waits at another address.
-- false_positives:
--   - Every aws sso login with a device code.
-- blind_spots:
--   - The approval in the browser is another event; compare its address with source_ip.
--   - Sign-in with an authorization code (PKCE), the newer way, is left out.
-- triage:
--   - Is source_ip where the user sits? Compare with the address of the approval in the portal at the same minute.
--   - Follow GetRoleCredentials of the same user after event_time.
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
--   - https://blog.christophetd.fr/phishing-for-aws-credentials-via-aws-sso-device-code-authentication/

WITH tokens AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(user_identity ->> '$.userName', user_identity ->> '$.onBehalfOf.userId', user_identity ->> '$.principalId', 'somebody') AS who
  FROM events
  WHERE operation IN ('sso:CreateToken', 'sso-oauth:CreateToken')
    AND error_code IS NULL
    AND contains(coalesce((request_parameters ->> '$.grantType'), ''), 'device_code')
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  any_value(principal_arn) AS principal_arn,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  any_value(region) AS region,
  who AS resource,
  who,
  'Identity Center user ' || who || ' gave a token to a device at ' || coalesce(source_ip, '?')
    || CASE WHEN count(*) > 1 THEN ', ' || CAST(count(*) AS VARCHAR) || ' times' ELSE '' END AS summary
FROM tokens
GROUP BY account_id, who, source_ip;
