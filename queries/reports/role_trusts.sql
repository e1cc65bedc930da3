-- id: reports_role_trusts
-- title: Who may assume which role, as trust policies were written
-- answers: [Q21]
-- requires: [management]
-- description: >
--   Every trust policy written when a role was made or changed, with the accounts, services
--   and identity providers it names. outside lists accounts that are neither the role's,
--   nor one that the case has logs of, nor named as known; everyone means a principal of *.
--   Roles that trust an outside account or everyone stand first. 5,000 rows.

WITH written AS (
  SELECT
    event_time,
    event_id,
    account_id,
    operation,
    error_code,
    principal_arn,
    access_key_id,
    source_ip,
    request_parameters ->> '$.roleName' AS role_name,
    coalesce(
      request_parameters ->> '$.policyDocument',
      request_parameters ->> '$.assumeRolePolicyDocument',
      ''
    ) AS policy
  FROM events
  WHERE operation IN ('iam:CreateRole', 'iam:UpdateAssumeRolePolicy')
),
named AS (
  SELECT DISTINCT
    w.event_id,
    w.account_id,
    unnest(
      list_concat(
        regexp_extract_all(w.policy, 'arn:aws[a-z-]*:(iam|sts)::([0-9]{12}):(root|user|role|assumed-role|federated-user)', 2),
        regexp_extract_all(w.policy, '"([0-9]{12})"', 1)
      )
    ) AS named_account
  FROM written AS w
),
parties AS (
  SELECT
    n.event_id,
    list(n.named_account ORDER BY n.named_account) AS accounts,
    list(n.named_account ORDER BY n.named_account) FILTER (
      WHERE n.named_account IS DISTINCT FROM n.account_id
        AND a.account_id IS NULL
        AND k.value IS NULL
    ) AS outside
  FROM named AS n
  LEFT JOIN accounts AS a ON a.account_id = n.named_account
  LEFT JOIN known AS k
    ON k.kind = 'account_id'
    AND k.value = n.named_account
  GROUP BY n.event_id
)
SELECT
  w.event_time,
  w.account_id,
  w.operation,
  CASE WHEN w.error_code IS NULL THEN 'done' ELSE w.error_code END AS outcome,
  w.role_name,
  p.outside,
  regexp_matches(w.policy, '"(AWS|Principal)"\s*:\s*(\[\s*)?"\*"') AS everyone,
  p.accounts,
  list_sort(list_distinct(regexp_extract_all(w.policy, '"([a-z0-9.-]+\.amazonaws\.com)"', 1))) AS services,
  list_sort(list_distinct(regexp_extract_all(w.policy, '(saml-provider|oidc-provider)/([^"]+)', 2))) AS identity_providers,
  contains(w.policy, 'sts:ExternalId') AS external_id,
  w.principal_arn,
  w.access_key_id,
  w.source_ip,
  w.policy,
  w.event_id
FROM written AS w
LEFT JOIN parties AS p ON p.event_id = w.event_id
ORDER BY
  len(p.outside) > 0 OR everyone DESC NULLS LAST,
  w.event_time,
  w.event_id
LIMIT 5000;
