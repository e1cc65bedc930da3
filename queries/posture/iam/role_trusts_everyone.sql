-- id: iam_role_trusts_everyone
-- title: Role that everyone may assume
-- kind: posture
-- check: IAM-06
-- severity: critical
-- status: stable
-- resource_type: AWS::IAM::Role
-- changed_by: [iam:CreateRole, iam:UpdateAssumeRolePolicy]
-- remediation: aws iam update-assume-role-policy --role-name {resource_id} --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}'
-- why: Whoever knows the name of the role can come back with any AWS account.
-- description: >
--   The trust policy of a role has * as its principal, and no condition that binds callers
--   to an organization, accounts or a network.
-- blind_spots:
--   - A role that the case has no trust policy of is not judged.
--   - An organization that a condition names is taken for the own one.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

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
    list_contains(policy_outsiders(policy, CAST([] AS VARCHAR[])), '*') AS everyone
  FROM trusts
)
SELECT
  CASE WHEN everyone THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN everyone THEN 'role ' || resource_id || ' may be assumed by everyone'
    WHEN known THEN 'role ' || resource_id || ' may not be assumed by everyone'
    ELSE 'the trust policy of role ' || resource_id || ' could not be read'
  END AS summary,
  event_ids
FROM judged;
