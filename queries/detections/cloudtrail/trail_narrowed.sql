-- id: cloudtrail_trail_narrowed
-- title: Event selectors leave management events out of a trail
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   PutEventSelectors left a trail that no longer records management events, or only those
--   that read or only those that write, or leaves out named operations or callers. The trail
--   still says that it is logging.
-- false_positives:
--   - A second trail that is meant for data events only, beside one that records management
--     events.
--   - A trail for writes only, to save cost.
-- blind_spots:
--   - "Leaving out kms.amazonaws.com or rdsdata.amazonaws.com alone does not fire: it is
--     offered by the console to save cost."
--   - What the selectors were before is not in the event.
-- triage:
--   - "Compare with the trail now (GetEventSelectors) and with other trails of the account:
--     does one still record everything?"
--   - List the events by the same access_key_id for 2 hours after event_time, and which of
--     them are of the kind that is now left out.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.defense-evasion.cloudtrail-event-selectors/

WITH changes AS (
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
    regexp_extract(request_parameters ->> '$.trailName', '[^/]+$') AS trail,
    CASE json_type(request_parameters, '$.eventSelectors')
      WHEN 'ARRAY' THEN CAST(request_parameters -> '$.eventSelectors' AS JSON[])
      ELSE []
    END AS basic,
    CASE json_type(request_parameters, '$.advancedEventSelectors')
      WHEN 'ARRAY' THEN CAST(request_parameters -> '$.advancedEventSelectors' AS JSON[])
      ELSE []
    END AS advanced
  FROM events
  WHERE operation = 'cloudtrail:PutEventSelectors'
    AND error_code IS NULL
    AND request_parameters IS NOT NULL
),
-- A basic selector records management events unless it says otherwise.
management AS (
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
    trail,
    [s FOR s IN basic IF (s ->> '$.includeManagementEvents') IS DISTINCT FROM 'false'] AS basic_management,
    [s FOR s IN advanced IF contains(CAST(s AS VARCHAR), '"Management"')] AS advanced_management
  FROM changes
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
    trail,
    CASE
      WHEN len(basic_management) + len(advanced_management) = 0 THEN 'no management events'
      WHEN len(basic_management) > 0
        AND len([s FOR s IN basic_management IF coalesce(s ->> '$.readWriteType', 'All') = 'All']) = 0
        THEN 'management events ' || (basic_management[1] ->> '$.readWriteType')
      WHEN len(advanced_management) > 0
        AND len([s FOR s IN advanced_management IF NOT regexp_matches(CAST(s AS VARCHAR),
          '"field":\s*"(readOnly|eventName|eventType|userIdentity\.arn|sessionCredentialFromConsole)"')]) = 0
        THEN 'management events only where ' || array_to_string(list_sort(list_distinct(
          regexp_extract_all(CAST(advanced_management AS VARCHAR), '"field":\s*"([^"]+)"', 1))), ', ') || ' match'
    END AS left_over
  FROM management
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  trail AS resource,
  left_over,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' set the event selectors of trail ' || coalesce(trail, '?') || ': it records ' || left_over AS summary
FROM judged
WHERE left_over IS NOT NULL;
