-- id: sequence_provider_planted_and_trusted
-- title: A new identity provider is trusted by a role that was there before, or by an administrator
-- severity: high
-- status: test
-- attack: [T1484.002, T1098.003]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   One identity made an identity provider (SAML or OpenID Connect), or replaced the metadata of one, and
--   within four hours let that provider's users assume a role that existed before, or made a role that trusts
--   it an administrator. Whoever runs the provider now decides who comes in.
-- false_positives:
--   - The move of a company to another identity provider.
-- blind_spots:
--   - A new role for a new provider without administrator rights is ordinary set-up (hosted builds) and left
--     out.
--   - Customer managed policies are not looked into.
-- triage:
--   - Whose is the provider? Read its metadata document or URL now.
--   - List AssumeRoleWithSAML and AssumeRoleWithWebIdentity for the role in resource since event_time.
--   - Was the identity provider listed (ListSAMLProviders) by the same session before?
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://permiso.io/blog/lucr-3-scattered-spider-getting-saas-y-in-the-cloud

WITH steps AS (
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
    coalesce(
      response_elements ->> '$.sAMLProviderArn',
      response_elements ->> '$.openIDConnectProviderArn',
      request_parameters ->> '$.sAMLProviderArn'
    ) AS provider,
    request_parameters ->> '$.roleName' AS role_name,
    coalesce(request_parameters ->> '$.policyDocument', request_parameters ->> '$.assumeRolePolicyDocument') AS trust,
    regexp_matches(request_parameters ->> '$.policyArn', ':aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$') AS admin
  FROM events
  WHERE operation IN (
    'iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider', 'iam:CreateOpenIDConnectProvider', 'iam:CreateRole', 'iam:UpdateAssumeRolePolicy',
    'iam:AttachRolePolicy'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  any_value(a.event_time) AS event_time,
  max(greatest(t.event_time, p.event_time)) AS last_time,
  list(DISTINCT a.event_id) || list(DISTINCT t.event_id)
    || coalesce(list(DISTINCT p.event_id) FILTER (WHERE p.event_id IS NOT NULL), []) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  t.role_name AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.provider) AS provider,
  any_value(a.principal_arn) || ' called ' || any_value(a.operation) || ' for ' || any_value(a.provider) || ' at '
    || strftime(any_value(a.event_time), '%H:%M:%S')
    || ', let it into the role ' || t.role_name || ' (' || string_agg(DISTINCT t.operation, ', ') || ') at '
    || strftime(min(t.event_time), '%H:%M:%S')
    || coalesce(' and made that role an administrator at ' || strftime(min(p.event_time), '%H:%M:%S'), '') AS summary
FROM steps AS a
JOIN steps AS t
  ON t.identity_arn = a.identity_arn
 AND t.account_id = a.account_id
 AND t.operation IN ('iam:CreateRole', 'iam:UpdateAssumeRolePolicy')
 AND t.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 4 HOUR
 AND contains(t.trust, a.provider)
LEFT JOIN steps AS p
  ON p.identity_arn = a.identity_arn
 AND p.account_id = a.account_id
 AND p.role_name = t.role_name
 AND p.admin
 AND p.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 4 HOUR
LEFT JOIN steps AS c
  ON c.operation = 'iam:CreateRole'
 AND c.identity_arn = a.identity_arn
 AND c.account_id = a.account_id
 AND c.role_name = t.role_name
 AND c.event_time BETWEEN a.event_time - INTERVAL 4 HOUR AND t.event_time
WHERE a.provider IS NOT NULL
  AND a.operation IN ('iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider', 'iam:CreateOpenIDConnectProvider')
GROUP BY a.event_id, t.role_name
-- A role made on the same occasion counts when it is an administrator.
HAVING bool_and(c.event_id IS NULL)
    OR bool_or(p.event_id IS NOT NULL);
