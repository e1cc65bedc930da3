-- id: iam_role_trust_anyone
-- title: Role that anyone in AWS may assume
-- severity: critical
-- status: stable
-- attack: [T1098.003, T1484.002]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   The trust policy of a role allows every AWS principal of every account, without a
--   condition that names an organization, account, principal or network. Whoever knows
--   the name of the role can use it.
-- false_positives:
--   - A mistake of an author who meant only the own account; it is as dangerous.
-- blind_spots:
--   - Conditions are recognised by their key, not by their value.
--   - "A secret external id is no such condition: it is in every trust policy that leaks."
-- triage:
--   - Take the trust back, then list all sessions of the role in resource since event_time (AssumeRole events with a foreign caller_account_id).
--   - Look for other changes of access_key_id in the same hour.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

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
  who || ' let every AWS account assume role ' || coalesce(resource, '?') AS summary
FROM statements
WHERE (statement ->> '$.Effect') = 'Allow'
  AND (
    (statement ->> '$.Principal') = '*'
    OR regexp_matches(statement ->> '$.Principal.AWS', '(^|")[*]("|$)')
  )
  AND NOT regexp_matches(
    coalesce(CAST(statement -> '$.Condition' AS VARCHAR), ''),
    'aws:(principalorg|principalaccount|principalarn|principalservicename|principalisawsservice|sourceaccount|sourcearn|sourceorg|sourceip|sourcevpc|vpcsource)',
    'i'
  )
GROUP BY ALL;
