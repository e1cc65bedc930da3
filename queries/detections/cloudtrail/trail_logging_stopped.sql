-- id: cloudtrail_trail_logging_stopped
-- title: CloudTrail trail stopped or deleted
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A principal stopped or deleted a trail. Activity after this moment may be missing from
--   every log in this case. The finding says when the same trail was started again, if it
--   was.
-- false_positives:
--   - A planned migration of a trail; confirm that a replacement covers the gap.
-- blind_spots:
--   - PutEventSelectors and UpdateTrail can silence a trail without stopping it; other
--     detections watch them.
--   - "Where only the stopped trail was collected, the log ends here: nothing after it can be
--     judged."
-- triage:
--   - List every event by the same principal_arn and access_key_id in the hour before and
--     after.
--   - Look up the trail now. Is it logging, and to which bucket?
--   - Where restarted_at is empty, ask event history (90 days, kept without a trail) for the
--     time since.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
--   - https://attack.mitre.org/techniques/T1685/002/

WITH stops AS (
  SELECT
    event_time,
    event_id,
    event_name,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS trail
  FROM events
  WHERE operation IN ('cloudtrail:StopLogging', 'cloudtrail:DeleteTrail')
    AND error_code IS NULL
),
starts AS (
  SELECT
    event_time,
    account_id,
    regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS trail
  FROM events
  WHERE operation = 'cloudtrail:StartLogging'
    AND error_code IS NULL
)
SELECT
  s.event_time,
  [s.event_id] AS event_ids,
  s.principal_arn,
  s.access_key_id,
  s.source_ip,
  s.account_id,
  s.region,
  s.user_agent,
  s.trail AS resource,
  (
    SELECT min(r.event_time)
    FROM starts AS r
    WHERE r.account_id = s.account_id
      AND r.trail = s.trail
      AND r.event_time > s.event_time
  ) AS restarted_at,
  coalesce(nullif(regexp_extract(s.principal_arn, '[^:/]+$'), ''), s.identity_type, 'unknown') || CASE s.event_name WHEN 'StopLogging' THEN ' stopped' ELSE ' deleted' END
    || ' trail ' || coalesce(s.trail, '?') AS summary
FROM stops AS s;
