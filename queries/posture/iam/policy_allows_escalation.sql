-- id: iam_policy_allows_escalation
-- title: Policy that leads to all rights
-- kind: posture
-- check: IAM-13
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::ManagedPolicy
-- changed_by: [iam:CreatePolicy, iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion, iam:PutRolePolicy, iam:PutUserPolicy, iam:PutGroupPolicy, iam:DeleteRolePolicy, iam:DeleteUserPolicy, iam:DeleteGroupPolicy]
-- remediation: aws iam create-policy-version --policy-arn {resource_arn} --set-as-default --policy-document file://narrower.json
-- why: Whoever has the credentials of its holder is an administrator two calls later.
-- description: >
--   A policy that the account made itself, or one that belongs to a user, role or group,
--   allows on all resources, and without a condition, what somebody needs to get all
--   rights: to write policies, to make credentials of others, to hand any role to a
--   machine. Name in a narrower policy the roles and users that it is for.
-- blind_spots:
--   - A policy is judged alone; two policies may lead to all rights together.
--   - Statements with a condition do not count, nor do AWS's own policies, boundaries and those of the organization.
--   - Of the logs alone, only policies that were written within them are seen, and whether they are attached is not.
--   - Commands on machines (ssm:SendCommand) and roles that may be assumed (sts:AssumeRole) lead to what those may do.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
--   - https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/

WITH versions AS (
  SELECT
    event_time,
    event_id,
    account_id,
    coalesce(response_elements ->> '$.policy.arn', request_parameters ->> '$.policyArn') AS policy_arn,
    coalesce(response_elements ->> '$.policyVersion.versionId', CASE operation WHEN 'iam:CreatePolicy' THEN 'v1' ELSE event_id END) AS version_id,
    operation = 'iam:CreatePolicy' OR (request_parameters ->> '$.setAsDefault') = 'true' AS is_default,
    json_extract(request_parameters, '$.policyDocument') AS document
  FROM events
  WHERE operation IN ('iam:CreatePolicy', 'iam:CreatePolicyVersion')
    AND error_code IS NULL
),
defaults AS (
  SELECT event_time, event_id, account_id, policy_arn, version_id
  FROM versions
  WHERE is_default
  UNION ALL
  SELECT
    event_time,
    event_id,
    account_id,
    request_parameters ->> '$.policyArn' AS policy_arn,
    request_parameters ->> '$.versionId' AS version_id
  FROM events
  WHERE operation = 'iam:SetDefaultPolicyVersion'
    AND error_code IS NULL
),
last_defaults AS (
  SELECT event_time, event_id, account_id, policy_arn, version_id
  FROM defaults
  WHERE policy_arn IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY policy_arn ORDER BY event_time DESC, event_id DESC) = 1
),
own_policies AS (
  SELECT
    event_time,
    event_id,
    account_id,
    CASE
      WHEN operation LIKE '%RolePolicy' THEN 'AWS::IAM::Role'
      WHEN operation LIKE '%UserPolicy' THEN 'AWS::IAM::User'
      ELSE 'AWS::IAM::Group'
    END AS resource_type,
    coalesce(request_parameters ->> '$.roleName', request_parameters ->> '$.userName', request_parameters ->> '$.groupName') AS resource_id,
    CASE WHEN operation LIKE '%:Put%' THEN json_extract(request_parameters, '$.policyDocument') END AS document
  FROM events
  WHERE operation IN (
      'iam:PutRolePolicy', 'iam:PutUserPolicy', 'iam:PutGroupPolicy',
      'iam:DeleteRolePolicy', 'iam:DeleteUserPolicy', 'iam:DeleteGroupPolicy'
    )
    AND error_code IS NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, request_parameters ->> '$.roleName', request_parameters ->> '$.userName', request_parameters ->> '$.groupName',
      request_parameters ->> '$.policyName'
    ORDER BY event_time DESC, event_id DESC
  ) = 1
),
written AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_type,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Versions') IS NOT NULL AS known,
    list_transform(
      list_filter(json_items(config -> '$.Versions'), lambda v: (v ->> '$.IsDefaultVersion') = 'true'),
      lambda v: v -> '$.Document'
    ) AS documents,
    coalesce(
      len(config ->> '$.Entities.PolicyUsers[*].UserName') + len(config ->> '$.Entities.PolicyRoles[*].RoleName') + len(config ->> '$.Entities.PolicyGroups[*].GroupName') > 0
        OR (config -> '$.Entities') IS NULL AND coalesce(TRY_CAST(config ->> '$.Policy.AttachmentCount' AS INTEGER) > 0, true),
      true
    ) AS attached,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::ManagedPolicy'
    AND status = 'found'
    AND coalesce(resource_arn, '') NOT LIKE 'arn:%:iam::aws:policy/%'
  UNION ALL BY NAME
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_type,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.InlinePolicies') IS NOT NULL AS known,
    list_transform(json_items(config -> '$.InlinePolicies'), lambda p: p -> '$.PolicyDocument') AS documents,
    true AS attached,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type IN ('AWS::IAM::User', 'AWS::IAM::Role', 'AWS::IAM::Group')
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    d.event_time AS as_of,
    'AWS::IAM::ManagedPolicy' AS resource_type,
    regexp_extract(d.policy_arn, '[^/]+$') AS resource_id,
    d.policy_arn AS resource_arn,
    d.account_id,
    'us-east-1' AS region,
    len(policy_statements(v.document)) > 0 AS known,
    [v.document] AS documents,
    true AS attached,
    CASE WHEN v.event_id = d.event_id THEN [d.event_id] ELSE [v.event_id, d.event_id] END AS event_ids
  FROM last_defaults AS d
  LEFT JOIN versions AS v ON v.policy_arn = d.policy_arn AND v.version_id = d.version_id
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    max(event_time) AS as_of,
    resource_type,
    resource_id,
    account_id,
    'us-east-1' AS region,
    bool_and(document IS NULL OR len(policy_statements(document)) > 0) AS known,
    list(document ORDER BY event_time, event_id) FILTER (WHERE document IS NOT NULL) AS documents,
    true AS attached,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM own_policies
  WHERE resource_id IS NOT NULL
  GROUP BY resource_type, resource_id, account_id
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_type,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    attached,
    event_ids,
    len(list_filter(coalesce(documents, []), lambda document: policy_is_admin(document))) > 0 AS admin,
    list_sort(list_distinct(flatten(list_transform(coalesce(documents, []), lambda document: policy_escalations(policy_reach(document)))))) AS ways
  FROM written
)
SELECT
  CASE WHEN len(ways) > 0 AND attached THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN resource_type = 'AWS::IAM::ManagedPolicy' THEN 'policy '
    WHEN len(ways) > 0 THEN 'an own policy of ' || lower(split_part(resource_type, '::', 3)) || ' '
    WHEN known THEN 'no own policy of ' || lower(split_part(resource_type, '::', 3)) || ' '
    ELSE 'what own policies there are of ' || lower(split_part(resource_type, '::', 3)) || ' '
  END || resource_id || CASE
    WHEN len(ways) > 0 AND NOT attached THEN ' leads to all rights, and is attached to nobody'
    WHEN admin THEN ' allows everything'
    WHEN len(ways) > 3 THEN ' leads to all rights by ' || array_to_string(ways[1:3], ', ') || ' and ' || (len(ways) - 3) || ' more ways'
    WHEN len(ways) > 0 THEN ' leads to all rights by ' || array_to_string(ways, ', ')
    WHEN known AND resource_type = 'AWS::IAM::ManagedPolicy' THEN ' does not lead to all rights'
    WHEN known THEN ' leads to all rights'
    ELSE ' could not be read'
  END AS summary,
  list_filter(event_ids, lambda id: id IS NOT NULL) AS event_ids,
  ways,
  CASE resource_type
    WHEN 'AWS::IAM::Role' THEN 'aws iam put-role-policy --role-name {resource_id} --policy-name POLICY_NAME --policy-document file://narrower.json'
    WHEN 'AWS::IAM::User' THEN 'aws iam put-user-policy --user-name {resource_id} --policy-name POLICY_NAME --policy-document file://narrower.json'
    WHEN 'AWS::IAM::Group' THEN 'aws iam put-group-policy --group-name {resource_id} --policy-name POLICY_NAME --policy-document file://narrower.json'
  END AS remediation
FROM judged;
