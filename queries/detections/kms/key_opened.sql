-- id: kms_key_opened
-- title: KMS key opened to a foreign account or everyone
-- severity: high
-- status: stable
-- attack: [T1098, T1486]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A key policy or a grant lets an account use a KMS key that is neither in this case nor
--   named as known, or lets everyone without a condition. Whoever may use the key can read
--   copied snapshots and objects, or lock them.
-- false_positives:
--   - A key shared with a vendor or another account of the organization; name the account as
--     known.
-- blind_spots:
--   - "Conditions of a statement are not evaluated: everyone with a condition does not fire,
--     a foreign account with one does."
-- triage:
--   - Take the grantee out of the policy, or RevokeGrant with the grant id of the response.
--   - Did a snapshot, image or bucket encrypted with resource get shared within 24 hours of
--     event_time?
-- references:
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
--   - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html

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
    coalesce(request_parameters ->> '$.keyId', response_elements ->> '$.keyMetadata.arn', response_elements ->> '$.keyMetadata.keyId') AS resource,
    CASE json_type(request_parameters, '$.policy')
      WHEN 'OBJECT' THEN request_parameters -> '$.policy'
      WHEN 'VARCHAR' THEN TRY_CAST((request_parameters ->> '$.policy') AS JSON)
    END AS doc
  FROM events
  WHERE operation IN ('kms:PutKeyPolicy', 'kms:CreateKey', 'kms:ReplicateKey')
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
all_grants AS (
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
    has_condition,
    grantee
  FROM grants
  UNION ALL
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
    request_parameters ->> '$.keyId' AS resource,
    false AS has_condition,
    request_parameters ->> '$.granteePrincipal' AS grantee
  FROM events
  WHERE operation = 'kms:CreateGrant'
    AND error_code IS NULL
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
  FROM all_grants
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
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' opened KMS key ' || coalesce(any_value(resource), '?') || ' to '
    || string_agg(DISTINCT CASE grantee WHEN '*' THEN 'everyone' ELSE grantee END, ', ') AS summary
FROM judged
WHERE (grantee = '*' AND NOT has_condition)
  OR (grantee_account <> '' AND grantee_account <> account_id AND grantee_account NOT IN (SELECT id FROM own))
GROUP BY
  event_time,
  event_id;
