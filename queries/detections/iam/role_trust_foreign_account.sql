-- id: iam_role_trust_foreign_account
-- title: Role opened to a foreign account
-- severity: high
-- status: stable
-- attack: [T1098.003, T1484.002]
-- requires: [management]
-- key: [account_id, resource, trusted_accounts]
-- description: >
--   The trust policy of a role names an account that is neither the own one, nor among
--   the accounts whose logs are in the case, nor among those that the analyst named as
--   known. That account can come back at any time, without a key here.
-- false_positives:
--   - A contract with a vendor that works from its own account; then the policy usually has a condition on sts:ExternalId.
--   - "An own account whose logs are not in the case: name it as known."
-- blind_spots:
--   - AWS's service principals are not accounts and left out.
--   - A foreign principal that is written as a unique id (AROA…, AIDA…) is not recognised.
-- triage:
--   - Whose account is it? Ask the owner of the role in resource, and look for other roles that trust it.
--   - List AssumeRole events of the role with that caller_account_id since event_time.
--   - Name the account as known if it is the organization's own or a vendor's.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.iam-backdoor-role/

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
),
trusted AS (
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
    contains(lower(coalesce(CAST(statement -> '$.Condition' AS VARCHAR), '')), 'sts:externalid') AS external_id,
    unnest(regexp_extract_all(statement ->> '$.Principal.AWS', '(?:^|[":])([0-9]{12})(?:[":]|$)', 1)) AS trusted_account
  FROM statements
  WHERE (statement ->> '$.Effect') = 'Allow'
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
  array_to_string(list_sort(list(DISTINCT trusted_account)), ', ') AS trusted_accounts,
  bool_and(external_id) AS external_id,
  who || ' let account ' || array_to_string(list_sort(list(DISTINCT trusted_account)), ', ')
    || ' assume role ' || coalesce(resource, '?')
    || CASE WHEN bool_and(external_id) THEN ' with an external id' ELSE '' END AS summary
FROM trusted
WHERE trusted_account <> account_id
  AND trusted_account NOT IN (SELECT a.account_id FROM accounts AS a WHERE a.account_id IS NOT NULL)
  AND trusted_account NOT IN (SELECT k.value FROM known AS k WHERE k.kind = 'account_id')
GROUP BY event_time, event_id, principal_arn, access_key_id, source_ip, user_agent, account_id, region, resource, who;
