-- id: secretsmanager_secret_opened
-- title: Secret opened to a foreign account or everyone
-- severity: high
-- status: stable
-- attack: [T1098, T1555.006]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   The resource policy of a secret lets an account read it that is neither in this case nor
--   named as known, or everyone without a condition.
-- false_positives:
--   - A secret shared with a vendor or another account of the organization; name the account
--     as known.
-- blind_spots:
--   - Conditions of a statement are not evaluated.
-- triage:
--   - Remove the policy (DeleteResourcePolicy) and rotate the secret.
--   - Look for GetSecretValue of resource by another account after event_time
--     (caller_account_id).
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html

WITH own AS (
  -- The accounts of the case and those that the analyst named are no strangers.
  SELECT value AS id
  FROM known
  WHERE kind = 'account_id'
  UNION
  SELECT account_id AS id
  FROM accounts
  WHERE account_id IS NOT NULL
),
policies AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.secretId' AS resource,
    CASE json_type(request_parameters, '$.resourcePolicy')
      WHEN 'OBJECT' THEN request_parameters -> '$.resourcePolicy'
      WHEN 'VARCHAR' THEN TRY_CAST((request_parameters ->> '$.resourcePolicy') AS JSON)
    END AS doc
  FROM events
  WHERE operation = 'secretsmanager:PutResourcePolicy'
    AND error_code IS NULL
),
statements AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    resource,
    unnest(CASE json_type(doc, '$.Statement')
      WHEN 'ARRAY' THEN CAST(doc -> '$.Statement' AS JSON[])
      ELSE [doc -> '$.Statement']
    END) AS statement
  FROM policies
  WHERE doc IS NOT NULL
),
grants AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    resource,
    json_type(statement, '$.Condition') IS NOT NULL AS has_condition,
    unnest(regexp_extract_all(CAST(CASE json_type(statement, '$.Principal')
      WHEN 'OBJECT' THEN statement -> '$.Principal.AWS'
      ELSE statement -> '$.Principal'
    END AS VARCHAR), '"([^"]+)"', 1)) AS grantee
  FROM statements
  WHERE (statement ->> '$.Effect') = 'Allow'
),
judged AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    resource,
    grantee,
    has_condition,
    regexp_extract(grantee, '^(?:arn:[^:]*:[^:]*::)?([0-9]{12})', 1) AS grantee_account
  FROM grants
)
SELECT
  event_time,
  [event_id] AS event_ids,
  any_value(principal_arn) AS principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(account_id) AS account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  any_value(resource) AS resource,
  string_agg(DISTINCT grantee, ', ' ORDER BY grantee) AS grantees,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' opened secret ' || coalesce(any_value(resource), '?') || ' to '
    || string_agg(DISTINCT CASE grantee WHEN '*' THEN 'everyone' ELSE grantee END, ', ') AS summary
FROM judged
WHERE (grantee = '*' AND NOT has_condition)
  OR (grantee_account <> '' AND grantee_account <> account_id AND grantee_account NOT IN (SELECT id FROM own))
GROUP BY
  event_time,
  event_id;
