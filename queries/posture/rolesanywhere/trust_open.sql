-- id: rolesanywhere_trust_open
-- title: Roles Anywhere trusts an authority outside AWS, or hands out an administrator
-- kind: posture
-- check: IAM-17
-- severity: high
-- status: stable
-- resource_type: AWS::RolesAnywhere::TrustAnchor
-- changed_by: [rolesanywhere:CreateTrustAnchor, rolesanywhere:UpdateTrustAnchor, rolesanywhere:EnableTrustAnchor, rolesanywhere:DisableTrustAnchor, rolesanywhere:CreateProfile, rolesanywhere:UpdateProfile, rolesanywhere:EnableProfile, rolesanywhere:DisableProfile]
-- remediation: aws rolesanywhere disable-trust-anchor --trust-anchor-id {resource_id} --region {region}
-- why: With a certificate of an authority of their own, intruders get credentials for years, without a key, a user or a sign-in.
-- description: >
--   A trust anchor that is enabled trusts a certificate bundle, which anybody can make, and
--   not an authority of AWS; or a profile that is enabled hands out the role of an
--   administrator. Where the bundle is the organization's own, compare its certificate.
-- blind_spots:
--   - Whose authority a bundle is, its certificates tell, which the look has and the logs do not.
--   - A profile whose sessions a policy narrows is none of an administrator.
--   - Roles that were not looked up and got their rights before the logs are not known.
-- references:
--   - https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html
--   - https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html
--   - https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html

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
anchor_steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    coalesce(
      request_parameters ->> '$.trustAnchorId',
      response_elements ->> '$.trustAnchor.trustAnchorId',
      regexp_extract(response_elements ->> '$.trustAnchor.trustAnchorArn', '[^/]+$')
    ) AS anchor,
    response_elements ->> '$.trustAnchor.trustAnchorArn' AS anchor_arn,
    CASE operation
      WHEN 'rolesanywhere:EnableTrustAnchor' THEN true
      WHEN 'rolesanywhere:DisableTrustAnchor' THEN false
      ELSE coalesce(TRY_CAST(response_elements ->> '$.trustAnchor.enabled' AS BOOLEAN), TRY_CAST(request_parameters ->> '$.enabled' AS BOOLEAN))
    END AS enabled,
    coalesce(response_elements ->> '$.trustAnchor.source.sourceType', request_parameters ->> '$.source.sourceType') AS source_type
  FROM events
  WHERE operation IN (
      'rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateTrustAnchor', 'rolesanywhere:EnableTrustAnchor', 'rolesanywhere:DisableTrustAnchor'
    )
    AND error_code IS NULL
),
anchors AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config ->> '$.TrustAnchor.Enabled') = 'true' AS enabled,
    config ->> '$.TrustAnchor.Source.SourceType' AS source_type,
    config ->> '$.TrustAnchor.Source.Certificates[*].Subject' AS authorities,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::RolesAnywhere::TrustAnchor'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    max(event_time) AS as_of,
    anchor AS resource_id,
    max(anchor_arn) AS resource_arn,
    account_id,
    region,
    arg_max(enabled, event_time) FILTER (WHERE enabled IS NOT NULL) AS enabled,
    arg_max(source_type, event_time) FILTER (WHERE source_type IS NOT NULL) AS source_type,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM anchor_steps
  WHERE anchor IS NOT NULL
  GROUP BY anchor, account_id, region
),
profile_steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    coalesce(
      request_parameters ->> '$.profileId',
      response_elements ->> '$.profile.profileId',
      regexp_extract(response_elements ->> '$.profile.profileArn', '[^/]+$')
    ) AS profile,
    response_elements ->> '$.profile.profileArn' AS profile_arn,
    CASE operation
      WHEN 'rolesanywhere:EnableProfile' THEN true
      WHEN 'rolesanywhere:DisableProfile' THEN false
      ELSE coalesce(TRY_CAST(response_elements ->> '$.profile.enabled' AS BOOLEAN), TRY_CAST(request_parameters ->> '$.enabled' AS BOOLEAN))
    END AS enabled,
    coalesce(response_elements -> '$.profile.roleArns', request_parameters -> '$.roleArns') AS role_arns,
    coalesce(
      nullif(response_elements ->> '$.profile.sessionPolicy', ''),
      nullif(request_parameters ->> '$.sessionPolicy', ''),
      nullif(request_parameters ->> '$.managedPolicyArns', '[]')
    ) IS NOT NULL AS narrowed
  FROM events
  WHERE operation IN ('rolesanywhere:CreateProfile', 'rolesanywhere:UpdateProfile', 'rolesanywhere:EnableProfile', 'rolesanywhere:DisableProfile')
    AND error_code IS NULL
),
looked_profiles AS (
  SELECT captured_at, account_id, region, config -> '$.Profile' AS profile
  FROM snapshots
  WHERE resource_type = 'AWS::RolesAnywhere::Profile'
    AND status = 'found'
  UNION ALL
  -- A look at an anchor lists the profiles: any of them may be used with it.
  SELECT captured_at, account_id, region, unnest(json_items(config -> '$.Profiles')) AS profile
  FROM snapshots
  WHERE resource_type = 'AWS::RolesAnywhere::TrustAnchor'
    AND status = 'found'
),
profiles AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    profile ->> '$.ProfileId' AS resource_id,
    profile ->> '$.ProfileArn' AS resource_arn,
    account_id,
    region,
    (profile ->> '$.Enabled') = 'true' AS enabled,
    list_transform(profile ->> '$.RoleArns[*]', lambda arn: regexp_extract(arn, '[^/]+$')) AS role_names,
    coalesce(json_type(profile, '$.SessionPolicy') <> 'NULL', false) AND NOT policy_is_admin(profile -> '$.SessionPolicy')
      OR len(list_filter(profile ->> '$.ManagedPolicyArns[*]', lambda arn: NOT ends_with(arn, ':iam::aws:policy/AdministratorAccess'))) > 0 AS narrowed,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked_profiles
  WHERE (profile ->> '$.ProfileId') IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, region, profile ->> '$.ProfileId' ORDER BY captured_at DESC) = 1
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    max(event_time) AS as_of,
    profile AS resource_id,
    max(profile_arn) AS resource_arn,
    account_id,
    region,
    arg_max(enabled, event_time) FILTER (WHERE enabled IS NOT NULL) AS enabled,
    list_transform(
      arg_max(role_arns, event_time) FILTER (WHERE role_arns IS NOT NULL) ->> '$[*]',
      lambda arn: regexp_extract(arn, '[^/]+$')
    ) AS role_names,
    arg_max(narrowed, event_time) FILTER (WHERE role_arns IS NOT NULL) AS narrowed,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM profile_steps
  WHERE profile IS NOT NULL
  GROUP BY profile, account_id, region
),
judged AS (
  SELECT
    p.basis,
    p.as_of,
    p.resource_id,
    p.resource_arn,
    p.account_id,
    p.region,
    p.enabled,
    p.narrowed,
    p.role_names,
    p.role_names IS NOT NULL AND len(p.role_names) = count(r.role_name) AS roles_known,
    bool_or(r.basis <> p.basis) AS joined,
    list(r.role_name ORDER BY r.role_name) FILTER (WHERE len(r.admin_by) > 0) AS admins,
    p.event_ids || coalesce(flatten(list(r.event_ids) FILTER (WHERE len(r.admin_by) > 0)), []) AS event_ids
  FROM profiles AS p
  LEFT JOIN roles AS r ON r.account_id = p.account_id AND list_contains(p.role_names, r.role_name)
  GROUP BY p.basis, p.as_of, p.resource_id, p.resource_arn, p.account_id, p.region, p.enabled, p.narrowed, p.role_names, p.event_ids
)
SELECT
  CASE
    WHEN NOT enabled OR source_type = 'AWS_ACM_PCA' THEN 'PASS'
    WHEN enabled AND source_type IS NOT NULL THEN 'FAIL'
  END AS status,
  basis,
  as_of,
  'AWS::RolesAnywhere::TrustAnchor' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  'trust anchor ' || resource_id || CASE
    WHEN NOT enabled THEN ' is disabled'
    WHEN source_type = 'AWS_ACM_PCA' THEN ' trusts an authority in AWS'
    WHEN enabled AND source_type IS NOT NULL THEN ' trusts a certificate authority outside AWS'
      || coalesce(': ' || nullif(array_to_string(authorities, ', '), ''), '')
    ELSE ' is there, and whom it trusts is not known'
  END AS summary,
  event_ids,
  authorities
FROM anchors
UNION ALL BY NAME
SELECT
  CASE
    WHEN NOT enabled OR narrowed THEN 'PASS'
    WHEN enabled AND len(admins) > 0 THEN 'FAIL'
    WHEN enabled AND roles_known THEN 'PASS'
  END AS status,
  CASE WHEN joined THEN 'joined' ELSE basis END AS basis,
  as_of,
  'AWS::RolesAnywhere::Profile' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  'profile ' || resource_id || CASE
    WHEN NOT enabled THEN ' is disabled'
    WHEN narrowed THEN ' narrows what its sessions may do'
    WHEN len(admins) > 0 THEN ' hands out the rights of an administrator by role ' || array_to_string(admins, ', ')
    WHEN roles_known THEN ' hands out no administrator'
    ELSE ' hands out roles whose policies are not all known'
  END AS summary,
  event_ids,
  role_names AS related,
  'aws rolesanywhere disable-profile --profile-id {resource_id} --region {region}' AS remediation
FROM judged;
