-- id: kms_key_unusable
-- title: KMS key to be deleted, without its material, or disabled during the incident
-- kind: posture
-- check: KMS-02
-- severity: critical
-- status: stable
-- resource_type: AWS::KMS::Key
-- changed_by: [kms:ScheduleKeyDeletion, kms:CancelKeyDeletion, kms:DeleteImportedKeyMaterial, kms:ImportKeyMaterial, kms:DisableKey, kms:EnableKey]
-- remediation: aws kms cancel-key-deletion --key-id {resource_id} --region {region}
-- why: When the waiting time is over, everything that was encrypted with the key is lost, and nothing brings it back.
-- fsbp: [KMS.3]
-- gone: fail
-- description: >
--   A KMS key waits for its deletion or was deleted, lost the material that was imported
--   into it, or was disabled within the incident's time. After the deletion is cancelled
--   the key is disabled: enable it.
-- blind_spots:
--   - A key whose material was never imported looks like one that lost it.
--   - A key that was disabled before the incident, or when nobody knows the incident's time, is no fail.
-- references:
--   - https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
--   - https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html

WITH incident AS (
  SELECT
    since IS NOT NULL OR until IS NOT NULL AS known,
    coalesce(since, TIMESTAMP '1970-01-01 00:00:00') AS since,
    coalesce(until, TIMESTAMP '9999-12-31 00:00:00') AS until
  FROM scope
),
steps AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.operation,
    regexp_extract(
      coalesce(
        nullif(regexp_extract(e.resources, 'arn:[^:"]*:kms:[^:"]*:[0-9]{12}:key/[^"]+'), ''),
        e.response_elements ->> '$.keyId',
        e.request_parameters ->> '$.keyId'
      ),
      '[^/]+$'
    ) AS key_id,
    e.response_elements ->> '$.deletionDate' AS deletion,
    i.known AS time_known,
    i.known AND e.event_time >= i.since AND e.event_time < i.until AS in_window
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN (
      'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:ImportKeyMaterial', 'kms:DisableKey', 'kms:EnableKey'
    )
    AND e.error_code IS NULL
),
logged AS (
  SELECT event_time, event_id, account_id, region, operation, key_id, deletion, time_known, in_window
  FROM steps
  WHERE key_id IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, region, key_id ORDER BY event_time DESC, event_id DESC) = 1
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.config ->> '$.Key.KeyState' AS state,
    s.config ->> '$.Key.DeletionDate' AS deletion,
    l.event_id AS disabled_event,
    coalesce(l.in_window, false) AS disabled_then
  FROM snapshots AS s
  LEFT JOIN logged AS l
    ON l.account_id = s.account_id AND l.region = s.region AND l.operation = 'kms:DisableKey'
    AND (l.key_id = s.resource_id OR ends_with(s.resource_arn, ':key/' || l.key_id))
  WHERE s.resource_type = 'AWS::KMS::Key'
    AND s.status = 'found'
)
SELECT
  CASE
    WHEN state IN ('PendingDeletion', 'PendingReplicaDeletion', 'PendingImport') OR (state = 'Disabled' AND disabled_then) THEN 'FAIL'
    WHEN state IS NOT NULL THEN 'PASS'
  END AS status,
  CASE WHEN state = 'Disabled' AND disabled_event IS NOT NULL THEN 'joined' ELSE 'config' END AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'key ' || resource_id || CASE
    WHEN state IN ('PendingDeletion', 'PendingReplicaDeletion') THEN ' will be deleted' || coalesce(' ' || left(deletion, 10), '')
    WHEN state = 'PendingImport' THEN ' has no key material'
    WHEN state = 'Disabled' AND disabled_then THEN ' was disabled in the incident''s time'
    WHEN state = 'Disabled' THEN ' is disabled, and was not in the incident''s time'
    WHEN state IS NOT NULL THEN ' is ' || lower(state)
    ELSE ' has a state that could not be read'
  END AS summary,
  CASE WHEN state = 'Disabled' AND disabled_event IS NOT NULL THEN [disabled_event] ELSE [] END AS event_ids,
  state,
  CASE
    WHEN state = 'PendingImport' THEN 'aws kms get-parameters-for-import --key-id {resource_id} --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096 --region {region}'
    WHEN state = 'Disabled' THEN 'aws kms enable-key --key-id {resource_id} --region {region}'
  END AS remediation
FROM looked
UNION ALL BY NAME
SELECT
  CASE
    WHEN operation IN ('kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial') OR (operation = 'kms:DisableKey' AND in_window) THEN 'FAIL'
    WHEN operation = 'kms:DisableKey' AND NOT time_known THEN NULL
    ELSE 'PASS'
  END AS status,
  'logs' AS basis,
  event_time AS as_of,
  key_id AS resource_id,
  account_id,
  region,
  'key ' || key_id || CASE operation
    WHEN 'kms:ScheduleKeyDeletion' THEN ' waits for its deletion' || coalesce(': ' || deletion, '')
    WHEN 'kms:DeleteImportedKeyMaterial' THEN ' lost its imported material'
    WHEN 'kms:DisableKey' THEN ' was disabled' || CASE
      WHEN in_window THEN ' in the incident''s time'
      WHEN time_known THEN ', and not in the incident''s time'
      ELSE ', and whether in the incident''s time is not known'
    END
    WHEN 'kms:CancelKeyDeletion' THEN ' is not to be deleted any more'
    WHEN 'kms:ImportKeyMaterial' THEN ' has material that was imported'
    ELSE ' was enabled'
  END AS summary,
  [event_id] AS event_ids,
  CASE operation
    WHEN 'kms:DeleteImportedKeyMaterial' THEN 'aws kms get-parameters-for-import --key-id {resource_id} --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096 --region {region}'
    WHEN 'kms:DisableKey' THEN 'aws kms enable-key --key-id {resource_id} --region {region}'
  END AS remediation
FROM logged;
