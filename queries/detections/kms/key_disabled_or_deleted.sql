-- id: kms_key_disabled_or_deleted
-- title: KMS key disabled, scheduled for deletion or emptied
-- severity: medium
-- status: stable
-- attack: [T1485, T1490]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A customer managed key was disabled or scheduled for deletion, its imported material was
--   deleted, or its key store was disconnected. What is encrypted with it cannot be read from
--   then on.
-- false_positives:
--   - Removal of a stack together with its key.
-- blind_spots:
--   - Keys of other accounts that our data is encrypted with leave no event here.
-- triage:
--   - Until deletion_date, CancelKeyDeletion brings the key back; imported material has to be
--     imported again.
--   - What is encrypted with resource? Look for kms:Decrypt by services with it in the last
--     90 days.
--   - List every event by access_key_id in the hour before and after.
-- references:
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(
    response_elements ->> '$.keyId',
    request_parameters ->> '$.keyId',
    request_parameters ->> '$.customKeyStoreId'
  ) AS resource,
  response_elements ->> '$.deletionDate' AS deletion_date,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE event_name
    WHEN 'ScheduleKeyDeletion' THEN ' scheduled the deletion of'
    WHEN 'DisableKey' THEN ' disabled'
    WHEN 'DeleteImportedKeyMaterial' THEN ' deleted the imported material of'
    ELSE ' disconnected or deleted key store of'
  END || ' KMS key ' || coalesce(request_parameters ->> '$.keyId', request_parameters ->> '$.customKeyStoreId', '?')
    || coalesce(' in ' || (request_parameters ->> '$.pendingWindowInDays') || ' days', '') AS summary
FROM events
WHERE operation IN (
    'kms:ScheduleKeyDeletion',
    'kms:DisableKey',
    'kms:DeleteImportedKeyMaterial',
    'kms:DisconnectCustomKeyStore',
    'kms:DeleteCustomKeyStore'
  )
  AND error_code IS NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
