-- id: guardduty_detector_disabled
-- title: GuardDuty detector deleted or suspended
-- severity: high
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   GuardDuty was switched off in a region: its detector was deleted, with all its findings,
--   or suspended.
-- false_positives:
--   - A region that is given up, by decision.
-- blind_spots:
--   - Switched off for members by the administrator account, it shows there as
--     StopMonitoringMembers; see account_separated.
-- triage:
--   - Create or enable the detector again in region, and look at the other regions of
--     account_id.
--   - "List every event by access_key_id in the 2 hours before and after: what would
--     GuardDuty have seen?"
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteDetector.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  request_parameters ->> '$.detectorId' AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE event_name WHEN 'DeleteDetector' THEN ' deleted' ELSE ' suspended' END || ' GuardDuty detector '
    || coalesce(request_parameters ->> '$.detectorId', '?') || ' in ' || coalesce(region, '?') AS summary
FROM events
WHERE operation IN ('guardduty:DeleteDetector', 'guardduty:UpdateDetector')
  AND error_code IS NULL
  AND (operation = 'guardduty:DeleteDetector' OR (request_parameters ->> '$.enable') = 'false');
