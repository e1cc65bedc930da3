-- id: cognito_identity_pool_open
-- title: Cognito gives AWS credentials to anyone, or signs in without MFA
-- severity: medium
-- status: stable
-- attack: [T1098.003, T1556.006]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   An identity pool was created or changed so that it gives credentials to people who
--   have not signed in, or the classic flow, which lets them choose more rights; or the
--   MFA of a user pool was switched off. The credentials are those of a role of the
--   account.
-- false_positives:
--   - Mobile and web applications that really need guests; then the role of guests must be able to do next to nothing.
-- blind_spots:
--   - What the role of the guests may do is not in the call.
-- triage:
--   - Which role do guests get (GetIdentityPoolRoles), and what may it do?
--   - List GetCredentialsForIdentity and the sessions of the role after event_time.
-- references:
--   - https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UpdateIdentityPool.html
--   - https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(
    request_parameters ->> '$.identityPoolId',
    response_elements ->> '$.identityPoolId',
    request_parameters ->> '$.identityPoolName',
    request_parameters ->> '$.userPoolId'
  ) AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || CASE operation
    WHEN 'cognito-idp:SetUserPoolMfaConfig' THEN ' switched off the MFA of user pool '
    ELSE ' let people without sign-in get credentials from identity pool '
  END || coalesce(
    request_parameters ->> '$.identityPoolId',
    request_parameters ->> '$.identityPoolName',
    request_parameters ->> '$.userPoolId',
    '?'
  ) AS summary
FROM events
WHERE operation IN ('cognito-identity:CreateIdentityPool', 'cognito-identity:UpdateIdentityPool', 'cognito-idp:SetUserPoolMfaConfig')
  AND error_code IS NULL
  AND CASE operation
    WHEN 'cognito-idp:SetUserPoolMfaConfig' THEN (request_parameters ->> '$.mfaConfiguration') = 'OFF'
    ELSE (request_parameters ->> '$.allowUnauthenticatedIdentities') = 'true'
      OR (request_parameters ->> '$.allowClassicFlow') = 'true'
  END;
