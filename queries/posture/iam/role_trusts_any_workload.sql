-- id: iam_role_trusts_any_workload
-- title: Role that any workload of an OIDC provider may assume
-- kind: posture
-- check: IAM-07
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::Role
-- changed_by: [iam:CreateRole, iam:UpdateAssumeRolePolicy]
-- remediation: aws iam update-assume-role-policy --role-name {resource_id} --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithWebIdentity"}]}'
-- why: Every customer of a public provider gets the role's credentials, without a key that could be found or revoked.
-- description: >
--   The trust policy of a role accepts web identities without saying whose: no condition
--   on the subject or another claim that names the workload, or one that anybody meets.
-- blind_spots:
--   - A subject that is too wide in the middle is seen for repositories only (repo:example*).
--   - Providers whose audience names one client (Cognito, Google, Facebook, Amazon, Microsoft's tenants) are judged by the audience.
--   - In a cluster of EKS that only the organization uses, every pod gets the role, and nobody outside.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html

WITH trusts AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    config -> '$.Role.AssumeRolePolicyDocument' AS policy,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::Role'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    request_parameters ->> '$.roleName' AS resource_id,
    response_elements ->> '$.role.arn' AS resource_arn,
    account_id,
    region,
    coalesce(json_extract(request_parameters, '$.assumeRolePolicyDocument'), json_extract(request_parameters, '$.policyDocument')) AS policy,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('iam:CreateRole', 'iam:UpdateAssumeRolePolicy')
    AND error_code IS NULL
    AND (request_parameters ->> '$.roleName') IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, request_parameters ->> '$.roleName' ORDER BY event_time DESC, event_uuid DESC) = 1
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    event_ids,
    len(policy_statements(policy)) > 0 AS known,
    list_distinct(list_transform(
      list_filter(
        policy_grants(policy),
        lambda g: (g.principal LIKE '%:oidc-provider/%' OR regexp_matches(g.principal, '^(cognito-identity[.]amazonaws[.]com|accounts[.]google[.]com|graph[.]facebook[.]com|www[.]amazon[.]com)$'))
          -- A claim that names the workload, with values that begin with something else than a wildcard.
          AND NOT regexp_matches(
            coalesce(CAST(g.condition AS VARCHAR), ''),
            '(?i)"(ForAnyValue:)?String(Equals|EqualsIgnoreCase|Like)":\{([^}]*[,])?"[^"]+:(sub|repository[a-z_]*|job_workflow_ref|project_path|project_id|namespace_path|namespace_id|organization_[a-z]+|org_id|oidc[.]circleci[.]com/[a-z-]+|terraform_[a-z_]+)":(\["|")[^*?"]{2}'
          )
          AND NOT (
            regexp_matches(g.principal, 'cognito-identity|accounts[.]google|graph[.]facebook|www[.]amazon|sts[.]windows[.]net|login[.]microsoftonline')
            AND regexp_matches(coalesce(CAST(g.condition AS VARCHAR), ''), '(?i):(aud|app_id|oaud)":(\["|")[^*?"]{2}')
          )
          OR g.principal LIKE '%:oidc-provider/%'
            AND regexp_matches(coalesce(CAST(g.condition AS VARCHAR), ''), '(?i):sub":(\[[^]]*)?"repo:[^"/]*[*?]')
      ),
      lambda g: g.principal
    )) AS providers
  FROM trusts
)
SELECT
  CASE WHEN len(providers) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(providers) > 0 THEN 'role ' || resource_id || ' may be assumed by any workload of ' || array_to_string(providers, ', ')
    WHEN known THEN 'role ' || resource_id || ' lets no workload of an OIDC provider in that it does not name'
    ELSE 'the trust policy of role ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  providers
FROM judged;
