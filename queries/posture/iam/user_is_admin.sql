-- id: iam_user_is_admin
-- title: IAM user with the rights of an administrator
-- kind: posture
-- check: IAM-03
-- severity: critical
-- status: stable
-- resource_type: AWS::IAM::User
-- changed_by: [iam:AttachUserPolicy, iam:DetachUserPolicy, iam:PutUserPolicy, iam:DeleteUserPolicy, iam:AddUserToGroup, iam:RemoveUserFromGroup]
-- remediation: aws iam detach-user-policy --user-name {resource_id} --policy-arn {policy_arn}
-- why: A user with a long-lived key and every right is how most intruders come back.
-- description: >
--   AdministratorAccess, or a policy that allows every action on every resource, is
--   attached to an IAM user, written into it, or attached to a group that it is in.
-- blind_spots:
--   - A customer's own policy counts where it was looked up or written within the logs, a group where it was looked up or changed within them.
--   - Rights that lead to all rights by a detour are another check's.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html

WITH admin_policies AS (
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
admin_groups AS (
  SELECT resource_id AS group_name, account_id
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::Group'
    AND status = 'found'
    AND (
      len(list_filter(
        config ->> '$.AttachedPolicies[*].PolicyArn',
        lambda arn: ends_with(arn, ':iam::aws:policy/AdministratorAccess')
      )) > 0
      OR len(list_filter(json_items(config -> '$.InlinePolicies'), lambda p: policy_is_admin(p -> '$.PolicyDocument'))) > 0
    )
  UNION
  SELECT request_parameters ->> '$.groupName' AS group_name, account_id
  FROM events
  WHERE operation IN ('iam:AttachGroupPolicy', 'iam:DetachGroupPolicy')
    AND error_code IS NULL
    AND ends_with(request_parameters ->> '$.policyArn', ':iam::aws:policy/AdministratorAccess')
  GROUP BY ALL
  HAVING arg_max(operation, event_time) = 'iam:AttachGroupPolicy'
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.AttachedPolicies') IS NOT NULL AND (s.config -> '$.InlinePolicies') IS NOT NULL AND (s.config -> '$.Groups') IS NOT NULL AS known,
    list_filter(
      s.config ->> '$.AttachedPolicies[*].PolicyArn',
      lambda arn: ends_with(arn, ':iam::aws:policy/AdministratorAccess') OR list_contains(a.arns, arn)
    ) AS policies,
    list_transform(
      list_filter(json_items(s.config -> '$.InlinePolicies'), lambda p: policy_is_admin(p -> '$.PolicyDocument')),
      lambda p: p ->> '$.PolicyName'
    ) AS inline_policies,
    list_filter(s.config ->> '$.Groups[*].GroupName', lambda g: list_contains(a.group_names, s.account_id || ' ' || g)) AS groups
  FROM snapshots AS s
  CROSS JOIN (
    SELECT
      coalesce((SELECT list(policy_arn) FROM admin_policies), []) AS arns,
      coalesce((SELECT list(account_id || ' ' || group_name) FROM admin_groups), []) AS group_names
  ) AS a
  WHERE s.resource_type = 'AWS::IAM::User'
    AND s.status = 'found'
),
-- Every right that was given or taken away, and whether it makes an administrator.
steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    request_parameters ->> '$.userName' AS user_name,
    CASE
      WHEN operation IN ('iam:AttachUserPolicy', 'iam:DetachUserPolicy') THEN 'policy'
      WHEN operation IN ('iam:PutUserPolicy', 'iam:DeleteUserPolicy') THEN 'own policy'
      ELSE 'group'
    END AS way,
    coalesce(request_parameters ->> '$.policyArn', request_parameters ->> '$.policyName', request_parameters ->> '$.groupName') AS given,
    CASE operation
      WHEN 'iam:AttachUserPolicy'
        THEN ends_with(request_parameters ->> '$.policyArn', ':iam::aws:policy/AdministratorAccess')
          OR (request_parameters ->> '$.policyArn') IN (SELECT p.policy_arn FROM admin_policies AS p)
      WHEN 'iam:PutUserPolicy' THEN policy_is_admin(json_extract(request_parameters, '$.policyDocument'))
      WHEN 'iam:AddUserToGroup' THEN (account_id || ' ' || (request_parameters ->> '$.groupName')) IN (SELECT g.account_id || ' ' || g.group_name FROM admin_groups AS g)
      ELSE false
    END AS admin
  FROM events
  WHERE operation IN (
      'iam:AttachUserPolicy', 'iam:DetachUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy', 'iam:AddUserToGroup', 'iam:RemoveUserFromGroup'
    )
    AND error_code IS NULL
    AND (request_parameters ->> '$.userName') IS NOT NULL
),
rights AS (
  SELECT
    account_id,
    region,
    user_name,
    way,
    given,
    coalesce(arg_max(admin, event_time), false) AS admin,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM steps
  GROUP BY account_id, region, user_name, way, given
  HAVING bool_or(admin)
),
users AS (
  SELECT
    captured_at AS as_of,
    'config' AS basis,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    policies,
    inline_policies,
    groups,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked
  UNION ALL BY NAME
  SELECT
    max(changed_at) AS as_of,
    'logs' AS basis,
    user_name AS resource_id,
    account_id,
    region,
    true AS known,
    coalesce(list(given ORDER BY given) FILTER (WHERE admin AND way = 'policy'), []) AS policies,
    coalesce(list(given ORDER BY given) FILTER (WHERE admin AND way = 'own policy'), []) AS inline_policies,
    coalesce(list(given ORDER BY given) FILTER (WHERE admin AND way = 'group'), []) AS groups,
    list(event_id ORDER BY changed_at, event_id) AS event_ids
  FROM rights
  GROUP BY account_id, region, user_name
)
SELECT
  CASE
    WHEN len(policies) + len(inline_policies) + len(groups) > 0 THEN 'FAIL'
    WHEN known THEN 'PASS'
  END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(policies) + len(inline_policies) + len(groups) > 0
      THEN resource_id || ' is an administrator by ' || array_to_string(policies || inline_policies || groups, ', ')
    WHEN NOT known THEN 'the policies of ' || resource_id || ' could not all be read'
    WHEN basis = 'logs' THEN resource_id || ' was an administrator and is none any more'
    ELSE resource_id || ' is no administrator'
  END AS summary,
  event_ids,
  policies[1] AS policy_arn,
  inline_policies[1] AS policy_name,
  groups[1] AS group_name,
  CASE
    WHEN len(policies) > 0 THEN NULL
    WHEN len(inline_policies) > 0 THEN 'aws iam delete-user-policy --user-name {resource_id} --policy-name {policy_name}'
    WHEN len(groups) > 0 THEN 'aws iam remove-user-from-group --user-name {resource_id} --group-name {group_name}'
  END AS remediation
FROM users;
