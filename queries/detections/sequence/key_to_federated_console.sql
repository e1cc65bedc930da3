-- id: sequence_key_to_federated_console
-- title: A long-term key turned into a federated console session
-- severity: high
-- status: test
-- attack: [T1550.001, T1078.004]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A long-term access key was exchanged for a federated session (GetFederationToken), and within two hours
--   that session signed in to the console. Such a session goes on when the key is deactivated, and lets an
--   intruder click where they had only a key. What the session then changed is cited too.
-- false_positives:
--   - Tools that open the console for key users, such as aws-vault login or a home-made portal.
-- blind_spots:
--   - The exchange of a role session for a console session leaves no GetFederationToken; only the sign-in
--     shows.
-- triage:
--   - List what the session in resource did after it signed in.
--   - "To end it, deny the user everything issued before now: deactivating the key does not."
--   - Does the owner of access_key_id use the console this way? Compare user_agent and source_ip.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
--   - https://securitylabs.datadoghq.com/articles/tales-from-the-cloud-trenches-the-attacker-doth-persist-too-much/

WITH issued AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(response_elements ->> '$.federatedUser.arn', 'arn:aws:sts::' || account_id || ':federated-user/'
      || (request_parameters ->> '$.name')) AS federated_arn
  FROM events
  WHERE operation = 'sts:GetFederationToken'
    AND access_key_id LIKE 'AKIA%'
    AND error_code IS NULL
),
-- What a federated session does: getting the token for the console, signing in, and what lasts.
steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    operation = 'signin:ConsoleLogin' AS login
  FROM events
  WHERE operation IN (
    'signin:GetSigninToken', 'signin:ConsoleLogin', 'iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateRole',
    'iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'sso:UpdateSsoConfiguration', 'sso:CreateAccountAssignment',
    'sso-directory:CreateUser', 'identitystore:CreateUser', 'sso:CreatePermissionSet', 'lambda:CreateFunction', 'ses:CreateEmailIdentity',
    'ses:VerifyEmailIdentity', 'ec2:CreateSecurityGroup', 'ec2:RunInstances', 'organizations:LeaveOrganization'
  )
    AND identity_type = 'FederatedUser'
    AND error_code IS NULL
    AND (operation <> 'signin:ConsoleLogin' OR (response_elements ->> '$.ConsoleLogin') = 'Success')
)
SELECT
  any_value(a.event_time) AS event_time,
  max(s.event_time) AS last_time,
  [a.event_id] || list(s.event_id ORDER BY s.event_time) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  any_value(a.federated_arn) AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' turned its key ' || any_value(a.access_key_id) || ' into the session ' || any_value(a.federated_arn)
    || ' at '
    || strftime(any_value(a.event_time), '%H:%M:%S') || ', which signed in to the console from '
    || coalesce(any_value(s.source_ip) FILTER (WHERE s.login), '?') || ' at '
    || strftime(min(s.event_time) FILTER (WHERE s.login), '%H:%M:%S')
    || coalesce(' and then called ' || string_agg(DISTINCT s.operation, ', ' ORDER BY s.operation)
      FILTER (WHERE s.operation NOT IN ('signin:GetSigninToken', 'signin:ConsoleLogin')), '') AS summary
FROM issued AS a
JOIN steps AS s
  ON s.identity_arn = a.federated_arn
 AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 2 HOUR
GROUP BY a.event_id
HAVING bool_or(s.login);
