-- id: cloudtrail_trail_weakened
-- title: Trail loses regions, global events or validation
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   UpdateTrail switched off what a trail covered: all regions, global services (IAM, STS),
--   the organization, or the digest files that prove that logs are whole. It keeps on
--   logging, and less.
-- false_positives:
--   - A trail for one region that is re-saved with the same settings; where the case holds
--     its earlier settings, this does not fire.
-- blind_spots:
--   - Settings made before the first event of the case are not known.
-- triage:
--   - "Look at the trail now: IsMultiRegionTrail, IncludeGlobalServiceEvents,
--     LogFileValidationEnabled."
--   - List the events by the same principal_arn in other regions in the 24 hours after
--     event_time.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html

WITH settings AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS trail,
    unnest(['isMultiRegionTrail', 'includeGlobalServiceEvents', 'enableLogFileValidation', 'isOrganizationTrail']) AS setting,
    unnest([
      request_parameters ->> '$.isMultiRegionTrail',
      request_parameters ->> '$.includeGlobalServiceEvents',
      request_parameters ->> '$.enableLogFileValidation',
      request_parameters ->> '$.isOrganizationTrail'
    ]) AS value
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
    AND error_code IS NULL
),
compared AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    trail,
    setting,
    value,
    lag(value) OVER (PARTITION BY account_id, trail, setting ORDER BY event_time) AS value_before
  FROM settings
  WHERE value IS NOT NULL
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
  any_value(trail) AS resource,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' switched off ' || string_agg(setting, ', ' ORDER BY setting) || ' of trail '
    || coalesce(any_value(trail), '?') AS summary
FROM compared
WHERE operation = 'cloudtrail:UpdateTrail'
  AND value = 'false'
  AND value_before IS DISTINCT FROM 'false'
GROUP BY
  event_time,
  event_id;
