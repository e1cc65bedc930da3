-- id: iam_workload_is_admin
-- title: Machine or function whose role is an administrator
-- kind: posture
-- check: IAM-15
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::InstanceProfile
-- changed_by: [iam:AddRoleToInstanceProfile, iam:AttachRolePolicy, iam:PutRolePolicy, ec2:AssociateIamInstanceProfile, ec2:ReplaceIamInstanceProfileAssociation, lambda:CreateFunction, lambda:UpdateFunctionConfiguration]
-- remediation: aws iam detach-role-policy --role-name {role_name} --policy-arn {policy_arn}
-- why: One request to the metadata service, or one overwritten function, and the intruder has every right in the account.
-- description: >
--   The role of an instance profile, or of a Lambda function, has AdministratorAccess or a
--   policy that allows everything. The machine or function is then worth as much as the
--   account, and every hole in it is one of the account.
-- blind_spots:
--   - What was not looked up and got its rights before the logs is not known.
--   - Roles of containers, notebooks and other services are not looked at.
--   - Rights that lead to all rights by a detour are another check's.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
--   - https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html

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
looked_roles AS (
  SELECT
    s.account_id,
    s.resource_id AS role_name,
    s.captured_at,
    s.region,
    s.config -> '$.InstanceProfiles' AS profiles,
    (s.config -> '$.AttachedPolicies') IS NOT NULL AND (s.config -> '$.InlinePolicies') IS NOT NULL AS known,
    list_filter(
      s.config ->> '$.AttachedPolicies[*].PolicyArn',
      lambda arn: ends_with(arn, ':iam::aws:policy/AdministratorAccess') OR list_contains(a.arns, arn)
    ) || list_transform(
      list_filter(json_items(s.config -> '$.InlinePolicies'), lambda p: policy_is_admin(p -> '$.PolicyDocument')),
      lambda p: 'its own policy ' || (p ->> '$.PolicyName')
    ) AS admin_by
  FROM snapshots AS s
  CROSS JOIN (SELECT coalesce((SELECT list(policy_arn) FROM admin_policies), []) AS arns) AS a
  WHERE s.resource_type = 'AWS::IAM::Role'
    AND s.status = 'found'
),
-- What is known last of each role.
roles AS (
  SELECT account_id, role_name, basis, as_of, admin_by, event_ids
  FROM (
    SELECT account_id, role_name, 'config' AS basis, captured_at AS as_of, admin_by, CAST([] AS VARCHAR[]) AS event_ids
    FROM looked_roles
    WHERE known OR len(admin_by) > 0
    UNION ALL
    SELECT
      account_id,
      role_name,
      'logs' AS basis,
      max(changed_at) AS as_of,
      coalesce(list(given ORDER BY given) FILTER (WHERE admin), []) AS admin_by,
      list(event_id ORDER BY changed_at, event_id) AS event_ids
    FROM rights
    GROUP BY account_id, role_name
  ) AS r
  QUALIFY row_number() OVER (PARTITION BY account_id, role_name ORDER BY as_of DESC, basis) = 1
),
profile_steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    request_parameters ->> '$.instanceProfileName' AS profile,
    request_parameters ->> '$.roleName' AS role_name,
    operation = 'iam:AddRoleToInstanceProfile' AS added
  FROM events
  WHERE operation IN ('iam:AddRoleToInstanceProfile', 'iam:RemoveRoleFromInstanceProfile')
    AND error_code IS NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, request_parameters ->> '$.instanceProfileName' ORDER BY event_time DESC, event_id DESC) = 1
),
workloads AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_type,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.InstanceProfile') IS NOT NULL AS known,
    config ->> '$.InstanceProfile.Roles[*].RoleName' AS role_names,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::InstanceProfile'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    'AWS::IAM::InstanceProfile' AS resource_type,
    unnest(profiles ->> '$[*].InstanceProfileName') AS resource_id,
    unnest(profiles ->> '$[*].Arn') AS resource_arn,
    account_id,
    region,
    true AS known,
    [role_name] AS role_names,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked_roles
  WHERE len(json_items(profiles)) > 0
  UNION ALL BY NAME
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_type,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Configuration.Role') IS NOT NULL AS known,
    list_filter([regexp_extract(config ->> '$.Configuration.Role', '[^/]+$')], lambda r: r IS NOT NULL) AS role_names,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::Lambda::Function'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    'AWS::IAM::InstanceProfile' AS resource_type,
    profile AS resource_id,
    account_id,
    region,
    true AS known,
    CASE WHEN added THEN [role_name] ELSE [] END AS role_names,
    [event_id] AS event_ids
  FROM profile_steps
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    'AWS::Lambda::Function' AS resource_type,
    regexp_extract(request_parameters ->> '$.functionName', '^(?:.*:function:)?([^:]+)', 1) AS resource_id,
    response_elements ->> '$.functionArn' AS resource_arn,
    account_id,
    region,
    true AS known,
    [regexp_extract(request_parameters ->> '$.role', '[^/]+$')] AS role_names,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration')
    AND error_code IS NULL
    AND (request_parameters ->> '$.role') IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, regexp_extract(request_parameters ->> '$.functionName', '^(?:.*:function:)?([^:]+)', 1)
    ORDER BY event_time DESC, event_id DESC
  ) = 1
),
judged AS (
  SELECT
    w.basis,
    w.as_of,
    w.resource_type,
    w.resource_id,
    max(w.resource_arn) AS resource_arn,
    w.account_id,
    w.region,
    bool_and(w.known) AND len(w.role_names) = count(r.role_name) AS known,
    bool_or(r.basis <> w.basis) AS joined,
    max(r.as_of) AS role_as_of,
    max(r.role_name) FILTER (WHERE len(r.admin_by) > 0) AS role_name,
    arg_max(r.admin_by, len(r.admin_by)) FILTER (WHERE len(r.admin_by) > 0) AS admin_by,
    w.event_ids || coalesce(flatten(list(r.event_ids) FILTER (WHERE r.role_name IS NOT NULL)), []) AS event_ids,
    w.role_names
  FROM workloads AS w
  LEFT JOIN roles AS r ON r.account_id = w.account_id AND list_contains(w.role_names, r.role_name)
  WHERE w.resource_id IS NOT NULL
  GROUP BY w.basis, w.as_of, w.resource_type, w.resource_id, w.account_id, w.region, w.event_ids, w.role_names
)
SELECT
  CASE WHEN role_name IS NOT NULL THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  CASE WHEN joined THEN 'joined' ELSE basis END AS basis,
  greatest(as_of, coalesce(role_as_of, as_of)) AS as_of,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE resource_type WHEN 'AWS::Lambda::Function' THEN 'function ' ELSE 'instance profile ' END || resource_id || CASE
    WHEN role_name IS NOT NULL THEN ' hands out role ' || role_name || ', an administrator by ' || array_to_string(admin_by, ', ')
    WHEN known AND len(role_names) = 0 THEN ' has no role'
    WHEN known THEN ' hands out no administrator'
    WHEN len(role_names) > 0 THEN ' hands out role ' || array_to_string(role_names, ', ') || ', whose policies are not all known'
    ELSE ' has a role that could not be read'
  END AS summary,
  event_ids,
  role_names AS related,
  role_name,
  admin_by,
  list_filter(admin_by, lambda p: p LIKE 'arn:%')[1] AS policy_arn
FROM judged;
