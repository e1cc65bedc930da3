-- id: iam_role_admin_for_outsiders
-- title: Role with the rights of an administrator that outsiders may assume
-- kind: posture
-- check: IAM-04
-- severity: critical
-- status: stable
-- resource_type: AWS::IAM::Role
-- changed_by: [iam:CreateRole, iam:UpdateAssumeRolePolicy, iam:AttachRolePolicy, iam:DetachRolePolicy, iam:PutRolePolicy, iam:DeleteRolePolicy]
-- remediation: aws iam put-role-policy --role-name {resource_id} --policy-name AWSRevokeOlderSessions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
-- why: It is a way back into the account with every right, from an account that nobody here controls.
-- description: >
--   A role has AdministratorAccess, or a policy that allows everything, and its trust
--   policy lets everyone or a foreign account assume it, be it with an external id. The
--   command denies it everything at once, old sessions included; take the trust back then.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - Of the logs alone, rights that a role had before their first event are not known.
--   - Rights that lead to all rights by a detour are another check's.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
admin_policies AS (
  SELECT resource_arn AS policy_arn
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::ManagedPolicy'
    AND status = 'found'
    AND len(list_filter(
      json_items(config -> '$.Versions'),
      lambda v: (v ->> '$.IsDefaultVersion') = 'true' AND policy_is_admin(v -> '$.Document')
    )) > 0
  UNION
  SELECT coalesce(response_elements ->> '$.policy.arn', request_parameters ->> '$.policyArn') AS policy_arn
  FROM events
  WHERE operation IN ('iam:CreatePolicy', 'iam:CreatePolicyVersion')
    AND error_code IS NULL
    AND (operation = 'iam:CreatePolicy' OR (request_parameters ->> '$.setAsDefault') = 'true')
    AND policy_is_admin(json_extract(request_parameters, '$.policyDocument'))
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    len(policy_statements(s.config -> '$.Role.AssumeRolePolicyDocument')) > 0 AS trust_known,
    policy_outsiders(s.config -> '$.Role.AssumeRolePolicyDocument', own.ids) AS outsiders,
    (s.config -> '$.AttachedPolicies') IS NOT NULL AND (s.config -> '$.InlinePolicies') IS NOT NULL AS rights_known,
    list_filter(
      s.config ->> '$.AttachedPolicies[*].PolicyArn',
      lambda arn: ends_with(arn, ':iam::aws:policy/AdministratorAccess') OR list_contains(a.arns, arn)
    ) || list_transform(
      list_filter(json_items(s.config -> '$.InlinePolicies'), lambda p: policy_is_admin(p -> '$.PolicyDocument')),
      lambda p: 'its own policy ' || (p ->> '$.PolicyName')
    ) AS admin_by
  FROM snapshots AS s
  CROSS JOIN own
  CROSS JOIN (SELECT coalesce((SELECT list(policy_arn) FROM admin_policies), []) AS arns) AS a
  WHERE s.resource_type = 'AWS::IAM::Role'
    AND s.status = 'found'
),
trusts AS (
  SELECT
    t.account_id,
    t.request_parameters ->> '$.roleName' AS role_name,
    bool_or(t.operation = 'iam:CreateRole') AS made,
    max(t.response_elements ->> '$.role.arn') AS role_arn,
    max(t.region) AS region,
    max(t.event_time) AS changed_at,
    arg_max(t.event_id, t.event_time) AS event_id,
    arg_max(
      policy_outsiders(
        coalesce(json_extract(t.request_parameters, '$.assumeRolePolicyDocument'), json_extract(t.request_parameters, '$.policyDocument')),
        own.ids
      ),
      t.event_time
    ) AS outsiders,
    arg_max(
      len(policy_statements(coalesce(json_extract(t.request_parameters, '$.assumeRolePolicyDocument'), json_extract(t.request_parameters, '$.policyDocument')))) > 0,
      t.event_time
    ) AS trust_known
  FROM events AS t
  CROSS JOIN own
  WHERE t.operation IN ('iam:CreateRole', 'iam:UpdateAssumeRolePolicy')
    AND t.error_code IS NULL
    AND (t.request_parameters ->> '$.roleName') IS NOT NULL
  GROUP BY t.account_id, t.request_parameters ->> '$.roleName'
),
-- Every right that was given to a role or taken away, and whether it makes an administrator.
steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    request_parameters ->> '$.roleName' AS role_name,
    coalesce(request_parameters ->> '$.policyArn', 'its own policy ' || (request_parameters ->> '$.policyName')) AS given,
    CASE operation
      WHEN 'iam:AttachRolePolicy'
        THEN ends_with(request_parameters ->> '$.policyArn', ':iam::aws:policy/AdministratorAccess')
          OR (request_parameters ->> '$.policyArn') IN (SELECT p.policy_arn FROM admin_policies AS p)
      WHEN 'iam:PutRolePolicy' THEN policy_is_admin(json_extract(request_parameters, '$.policyDocument'))
      ELSE false
    END AS admin
  FROM events
  WHERE operation IN ('iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy')
    AND error_code IS NULL
),
rights AS (
  SELECT
    account_id,
    role_name,
    given,
    coalesce(arg_max(admin, event_time), false) AS admin,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM steps
  GROUP BY account_id, role_name, given
  HAVING bool_or(admin)
),
admins AS (
  SELECT
    account_id,
    role_name,
    coalesce(list(given ORDER BY given) FILTER (WHERE admin), []) AS admin_by,
    max(changed_at) AS changed_at,
    list(event_id ORDER BY changed_at, event_id) AS event_ids
  FROM rights
  GROUP BY account_id, role_name
),
judged AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    trust_known,
    outsiders,
    rights_known,
    admin_by,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    greatest(t.changed_at, coalesce(a.changed_at, t.changed_at)) AS as_of,
    t.role_name AS resource_id,
    t.role_arn AS resource_arn,
    t.account_id,
    t.region,
    t.trust_known,
    t.outsiders,
    t.made AS rights_known,
    coalesce(a.admin_by, []) AS admin_by,
    [t.event_id] || coalesce(a.event_ids, []) AS event_ids
  FROM trusts AS t
  LEFT JOIN admins AS a ON a.account_id = t.account_id AND a.role_name = t.role_name
)
SELECT
  CASE
    WHEN len(outsiders) > 0 AND len(admin_by) > 0 THEN 'FAIL'
    WHEN trust_known AND len(outsiders) = 0 OR rights_known AND len(admin_by) = 0 THEN 'PASS'
  END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(outsiders) > 0 AND len(admin_by) > 0
      THEN 'role ' || resource_id || ' is an administrator by ' || array_to_string(admin_by, ', ') || ', and may be assumed by '
        || replace(array_to_string(outsiders, ', '), '*', 'everyone')
    WHEN trust_known AND len(outsiders) = 0 THEN 'role ' || resource_id || ' may be assumed by nobody outside'
    WHEN rights_known AND len(admin_by) = 0 THEN 'role ' || resource_id || ' is no administrator'
    WHEN trust_known THEN 'role ' || resource_id || ' may be assumed from outside, and its policies are not all known'
    ELSE 'the trust policy of role ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  outsiders,
  admin_by
FROM judged;
