-- id: secretsmanager_secret_shared
-- title: Secret that everyone or a foreign account may read
-- kind: posture
-- check: SEC-01
-- severity: high
-- status: stable
-- resource_type: AWS::SecretsManager::Secret
-- changed_by: [secretsmanager:PutResourcePolicy, secretsmanager:DeleteResourcePolicy]
-- remediation: aws secretsmanager delete-resource-policy --secret-id {resource_id} --region {region}
-- why: The secret can be read again after every rotation, with credentials that nobody here controls.
-- description: >
--   The policy of a secret lets everyone or an account use it that is none of the
--   organization's or known.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - The key that encrypts the secret must be open to the account, too; that is another check's.
--   - An organization that a condition names is taken for the own one.
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
--   - https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
written AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    config -> '$.Policy' AS policy,
    json_type(config, '$.Policy') = 'NULL' AS none,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::SecretsManager::Secret'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    secret_name(request_parameters ->> '$.secretId') AS resource_id,
    nullif(regexp_extract(coalesce(response_elements ->> '$.arn', response_elements ->> '$.aRN', request_parameters ->> '$.secretId'), '^arn:.*-[A-Za-z0-9]{6}$'), '') AS resource_arn,
    account_id,
    region,
    json_extract(request_parameters, '$.resourcePolicy') AS policy,
    operation = 'secretsmanager:DeleteResourcePolicy' AS none,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('secretsmanager:PutResourcePolicy', 'secretsmanager:DeleteResourcePolicy')
    AND error_code IS NULL
    AND (request_parameters ->> '$.secretId') IS NOT NULL
),
last_written AS (
  SELECT basis, as_of, resource_id, resource_arn, account_id, region, policy, none, event_ids
  FROM written
  QUALIFY row_number() OVER (PARTITION BY basis, account_id, region, resource_id ORDER BY as_of DESC, event_ids DESC) = 1
),
judged AS (
  SELECT
    w.basis,
    w.as_of,
    w.resource_id,
    w.resource_arn,
    w.account_id,
    w.region,
    w.event_ids,
    coalesce(w.none, false) OR len(policy_statements(w.policy)) > 0 AS known,
    CASE WHEN w.none THEN [] ELSE policy_outsiders(w.policy, own.ids) END AS outsiders
  FROM last_written AS w
  CROSS JOIN own
)
SELECT
  CASE WHEN len(outsiders) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(outsiders) > 0 THEN 'secret ' || resource_id || ' is open to ' || replace(array_to_string(outsiders, ', '), '*', 'everyone')
    WHEN known THEN 'secret ' || resource_id || ' is open to nobody outside'
    ELSE 'the policy of secret ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  outsiders
FROM judged;
