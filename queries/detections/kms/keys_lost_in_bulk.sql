-- id: kms_keys_lost_in_bulk
-- title: Several KMS keys disabled or scheduled for deletion within an hour
-- severity: high
-- status: stable
-- attack: [T1485, T1486]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One principal took away three or more KMS keys within an hour. Nobody needs to read the
--   data any more, or somebody wants that nobody can: the pattern of ransom by key.
-- false_positives:
--   - An account that is closed, or a large stack that is removed.
-- blind_spots:
--   - Two keys that hold all the data are below the threshold; each is found by
--     key_disabled_or_deleted.
-- triage:
--   - Cancel the deletions and enable the keys (CancelKeyDeletion, EnableKey) before anything
--     else.
--   - Did the same access_key_id change key policies or buckets within 24 hours?
-- references:
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
--   - https://attack.mitre.org/techniques/T1486/

WITH losses AS (
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
    -- The last part: the same key by id and by ARN is one key.
    regexp_extract(request_parameters ->> '$.keyId', '[^/]+$') AS kms_key
  FROM events
  WHERE operation IN ('kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DeleteImportedKeyMaterial')
    AND error_code IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
windowed AS (
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
    kms_key,
    count(DISTINCT kms_key) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING
    ) AS keys_near
  FROM losses
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  count(DISTINCT kms_key) AS keys,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' took away ' || count(DISTINCT kms_key) || ' KMS keys of account ' || coalesce(account_id, '?') AS summary
FROM windowed
WHERE keys_near >= 3
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
