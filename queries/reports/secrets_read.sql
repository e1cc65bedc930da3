-- id: reports_secrets_read
-- title: Secrets and parameters read, to be rotated
-- answers: [Q27]
-- requires: [management]
-- description: >
--   Each secret of Secrets Manager and each parameter of Systems Manager that was asked
--   for: by whom, from where, how often it succeeded. Rotate what the wrong hands read.
--   decrypted tells parameters that were asked for in the clear. A path stands for
--   everything below it. Ordered by name; narrow with the scope or with --account.

WITH calls AS (
  SELECT
    event_time,
    account_id,
    region,
    operation,
    principal_arn,
    access_key_id,
    source_ip,
    error_code,
    (request_parameters ->> '$.withDecryption') = 'true' AS decrypted,
    CASE
      WHEN json_type(request_parameters, '$.names') = 'ARRAY'
      THEN from_json(request_parameters -> '$.names', '["VARCHAR"]')
      WHEN json_type(request_parameters, '$.secretIdList') = 'ARRAY'
      THEN from_json(request_parameters -> '$.secretIdList', '["VARCHAR"]')
      ELSE [
        coalesce(
          request_parameters ->> '$.secretId',
          request_parameters ->> '$.name',
          (request_parameters ->> '$.path') || '*',
          '(all that match a filter)'
        )
      ]
    END AS secrets
  FROM events
  WHERE operation IN (
    'secretsmanager:BatchGetSecretValue',
    'secretsmanager:GetSecretValue',
    'ssm:GetParameter',
    'ssm:GetParameterHistory',
    'ssm:GetParameters',
    'ssm:GetParametersByPath'
  )
),
each AS (
  SELECT
    event_time,
    account_id,
    region,
    operation,
    principal_arn,
    access_key_id,
    source_ip,
    error_code,
    decrypted,
    unnest(secrets) AS secret
  FROM calls
)
SELECT
  account_id,
  region,
  secret,
  list(DISTINCT operation ORDER BY operation) AS operations,
  count(*) FILTER (WHERE error_code IS NULL) AS reads,
  count(error_code) AS errors,
  bool_or(decrypted) AS decrypted,
  list(DISTINCT principal_arn ORDER BY principal_arn) FILTER (WHERE error_code IS NULL) AS read_by,
  list(DISTINCT principal_arn ORDER BY principal_arn) FILTER (WHERE error_code IS NOT NULL) AS failed_for,
  list(DISTINCT source_ip ORDER BY source_ip) AS source_ips,
  count(DISTINCT access_key_id) AS access_keys,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM each
GROUP BY
  account_id,
  region,
  secret
ORDER BY
  account_id,
  region,
  secret;
