-- id: cloudtrail_event_data_store_stopped
-- title: CloudTrail Lake event data store stopped or deleted
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A principal stopped the ingestion of an event data store, deleted it, took away its
--   protection against deletion, or shortened how long it keeps events. It is often the only
--   long memory of an account.
-- false_positives:
--   - An event data store that was tried out and given up.
-- blind_spots:
--   - Its events are no source of this case; nothing here shows what it held.
-- triage:
--   - "A deleted store is kept for seven days: RestoreEventDataStore within that time from
--     event_time."
--   - List every event by the same principal_arn in the hour before and after.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  request_parameters ->> '$.eventDataStore' AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE event_name
    WHEN 'DeleteEventDataStore' THEN ' deleted event data store '
    WHEN 'StopEventDataStoreIngestion' THEN ' stopped the ingestion of event data store '
    ELSE ' weakened event data store '
  END || coalesce(regexp_extract(request_parameters ->> '$.eventDataStore', '[^/]+$'), '?')
    || coalesce(', keeping events for ' || (request_parameters ->> '$.retentionPeriod') || ' days', '') AS summary
FROM events
WHERE operation IN (
    'cloudtrail:DeleteEventDataStore',
    'cloudtrail:StopEventDataStoreIngestion',
    'cloudtrail:UpdateEventDataStore'
  )
  AND error_code IS NULL
  AND (
    operation <> 'cloudtrail:UpdateEventDataStore'
    OR (request_parameters ->> '$.terminationProtectionEnabled') = 'false'
    OR TRY_CAST(request_parameters ->> '$.retentionPeriod' AS INTEGER) < 90
  );
