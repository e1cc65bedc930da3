-- id: iam_role_trust_open_provider
-- title: Role that any workload of an identity provider may assume
-- severity: high
-- status: stable
-- attack: [T1484.002, T1098.003]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   The trust policy of a role accepts web identities without saying whose: no condition
--   on the subject, or one that matches every subject. With a public provider such as a
--   code-hosting or CI service, every customer of it can get credentials.
-- false_positives:
--   - A provider that serves only the organization itself, such as one cluster; there every pod gets the role.
-- blind_spots:
--   - A condition on the subject that is too wide in the middle (repo:example-org*) passes.
--   - Providers of mobile sign-in (Cognito, Google, Facebook, Amazon) are judged by the audience.
-- triage:
--   - Read the Condition of the trust policy and name the tenants that it lets in.
--   - List AssumeRoleWithWebIdentity events of the role in resource, with their subjects.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
--   - https://securitylabs.datadoghq.com/articles/exploring-github-to-aws-keyless-authentication-flaws/

WITH document AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(identity_arn, principal_arn, identity_type, 'someone') AS who,
    request_parameters ->> '$.roleName' AS resource,
    CASE WHEN json_valid(coalesce(request_parameters ->> '$.assumeRolePolicyDocument', request_parameters ->> '$.policyDocument'))
      THEN CAST(coalesce(request_parameters ->> '$.assumeRolePolicyDocument', request_parameters ->> '$.policyDocument') AS JSON)
    END AS policy
  FROM events
  WHERE operation IN ('iam:CreateRole', 'iam:UpdateAssumeRolePolicy')
    AND error_code IS NULL
),
statements AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    who,
    resource,
    unnest(CASE json_type(policy, '$.Statement')
      WHEN 'ARRAY' THEN from_json(policy -> '$.Statement', '["json"]')
      WHEN 'OBJECT' THEN [policy -> '$.Statement']
    END) AS statement
  FROM document
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  statement ->> '$.Principal.Federated' AS provider,
  who || ' let any identity of ' || (statement ->> '$.Principal.Federated')
    || ' assume role ' || coalesce(resource, '?') AS summary
FROM statements
WHERE (statement ->> '$.Effect') = 'Allow'
  AND (statement ->> '$.Principal.Federated') IS NOT NULL
  AND contains(lower(coalesce(statement ->> '$.Action', '')), 'assumerolewithwebidentity')
  AND (
    regexp_matches(CAST(statement -> '$.Condition' AS VARCHAR), ':sub":[[]?"repo:[*]')
    OR NOT regexp_matches(
      coalesce(CAST(statement -> '$.Condition' AS VARCHAR), ''),
      -- A claim that names the workload, with a value that begins with something else than *.
      ':(sub|repository[a-z_]*|job_workflow_ref|project_path|namespace_path|organization_[a-z]+)":(\["|")[^*"]{2}',
      'i'
    )
  )
  AND NOT (
    regexp_matches(statement ->> '$.Principal.Federated', 'cognito-identity|accounts[.]google|graph[.]facebook|www[.]amazon')
    AND regexp_matches(coalesce(CAST(statement -> '$.Condition' AS VARCHAR), ''), ':(aud|app_id|oaud)"', 'i')
  )
GROUP BY ALL;
