-- id: guardduty_coverage_reduced
-- title: GuardDuty protection plans off or findings delayed
-- severity: medium
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A protection plan of GuardDuty (S3, EKS, malware, runtime and others) was switched off,
--   findings are exported only every six hours, or new accounts of the organization are no
--   longer covered. GuardDuty keeps running, and sees less.
-- false_positives:
--   - Plans switched off to save cost, by decision.
-- blind_spots:
--   - Six hours is the default of a new detector; only a change to it fires.
-- triage:
--   - Compare with the settings now (GetDetector) and switch on what is missing.
--   - Did principal_arn use the services that are no longer watched within 24 hours?
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateMemberDetectors.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateOrganizationConfiguration.html

WITH changes AS (
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
    request_parameters ->> '$.detectorId' AS detector,
    concat_ws(', ',
      CASE WHEN regexp_matches(request_parameters, '"status"\s*:\s*"DISABLED"') THEN 'features '
        || array_to_string(regexp_extract_all(request_parameters, '"name"\s*:\s*"([A-Z0-9_]+)"', 1), ', ') || ' disabled' END,
      CASE WHEN regexp_matches(CAST(request_parameters -> '$.dataSources' AS VARCHAR), '"(enable|ebsVolumes|autoEnable)"\s*:\s*false')
        THEN 'data sources off' END,
      CASE WHEN (request_parameters ->> '$.findingPublishingFrequency') = 'SIX_HOURS' THEN 'findings exported every six hours' END,
      CASE WHEN operation = 'guardduty:UpdateOrganizationConfiguration'
        AND ((request_parameters ->> '$.autoEnable') = 'false' OR (request_parameters ->> '$.autoEnableOrganizationMembers') = 'NONE')
        THEN 'new accounts not covered' END,
      CASE WHEN operation = 'guardduty:DeleteMalwareProtectionPlan' THEN 'malware protection of a bucket deleted' END
    ) AS change
  FROM events
  WHERE operation IN (
      'guardduty:UpdateDetector',
      'guardduty:UpdateMemberDetectors',
      'guardduty:UpdateOrganizationConfiguration',
      'guardduty:DeleteMalwareProtectionPlan'
    )
    AND error_code IS NULL
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
  detector AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' reduced GuardDuty by ' || event_name || ': ' || change AS summary
FROM changes
WHERE change <> '';
