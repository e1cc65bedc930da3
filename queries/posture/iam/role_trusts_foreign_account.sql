-- id: iam_role_trusts_foreign_account
-- title: Role that a foreign account may assume without an external id
-- kind: posture
-- check: IAM-05
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::Role
-- changed_by: [iam:CreateRole, iam:UpdateAssumeRolePolicy]
-- remediation: aws iam update-assume-role-policy --role-name {resource_id} --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}'
-- why: A trusted account comes back without any key here, and a vendor without an external id can be used by its other customers.
-- description: >
--   The trust policy of a role names an account that is none of the organization's or
--   known, and asks neither for an external id nor for an organization. Where the account
--   is a vendor's, name it as known, or ask for an external id.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - A foreign principal that is written as a unique id (AROA…, AIDA…) is not recognised.
--   - Everyone as a principal is another check's.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
trusts AS (
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
    t.basis,
    t.as_of,
    t.resource_id,
    t.resource_arn,
    t.account_id,
    t.region,
    t.event_ids,
    len(policy_statements(t.policy)) > 0 AS known,
    list_filter(
      policy_outsiders(t.policy, own.ids),
      lambda outsider: len(list_filter(
        policy_grants(t.policy),
        lambda g: g.grantee = outsider
          AND outsider <> '*'
          AND NOT regexp_matches(
            coalesce(CAST(g.condition AS VARCHAR), ''),
            '(?i)"(ForAnyValue:)?String(Equals|EqualsIgnoreCase|Like)":\{[^}]*"sts:ExternalId":\[?"[^"*]'
          )
      )) > 0
    ) AS foreign_accounts
  FROM trusts AS t
  CROSS JOIN own
)
SELECT
  CASE WHEN len(foreign_accounts) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(foreign_accounts) > 0 THEN 'role ' || resource_id || ' may be assumed from account ' || array_to_string(foreign_accounts, ', ') || ' without an external id'
    WHEN known THEN 'role ' || resource_id || ' lets no foreign account in without an external id'
    ELSE 'the trust policy of role ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  foreign_accounts
FROM judged;
