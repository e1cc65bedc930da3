-- id: reports_decryptions
-- title: What was decrypted with which KMS key
-- answers: [Q28]
-- requires: [management]
-- description: >
--   Decryptions by key, principal and what the encryption context says was opened: an
--   object or bucket, a secret, a parameter, a function's environment, a volume. Where a
--   service asked for the principal, through says which. GenerateDataKey is left out: it
--   is written with it, not read. The 1,000 most frequent.

SELECT
  account_id,
  region,
  coalesce(
    CASE WHEN json_type(resources) = 'ARRAY' THEN resources ->> '$[0].ARN' END,
    request_parameters ->> '$.keyId'
  ) AS kms_key,
  coalesce(
    request_parameters ->> '$.encryptionContext."aws:s3:arn"',
    request_parameters ->> '$.encryptionContext.SecretARN',
    request_parameters ->> '$.encryptionContext.PARAMETER_ARN',
    request_parameters ->> '$.encryptionContext."aws:lambda:FunctionArn"',
    request_parameters ->> '$.encryptionContext."aws:ebs:id"',
    request_parameters ->> '$.encryptionContext."aws:rds:db-id"',
    request_parameters ->> '$.encryptionContext."aws:cloudtrail:arn"',
    request_parameters ->> '$.encryptionContext."aws:dynamodb:tableName"',
    request_parameters ->> '$.encryptionContext."aws:sqs:arn"',
    CAST(request_parameters -> '$.encryptionContext' AS VARCHAR)
  ) AS opened,
  operation,
  principal_arn,
  invoked_by AS through,
  count(*) FILTER (WHERE error_code IS NULL) AS succeeded,
  count(error_code) AS errors,
  list(DISTINCT error_code ORDER BY error_code) FILTER (WHERE error_code IS NOT NULL) AS error_codes,
  list_slice(list(DISTINCT source_ip ORDER BY source_ip), 1, 20) AS source_ips,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM events
WHERE operation IN ('kms:Decrypt', 'kms:ReEncrypt', 'kms:DeriveSharedSecret')
GROUP BY ALL
ORDER BY
  succeeded DESC,
  first_time,
  kms_key,
  opened,
  principal_arn,
  through,
  operation
LIMIT 1000;
