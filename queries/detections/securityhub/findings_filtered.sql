-- id: securityhub_findings_filtered
-- title: Standards, controls or findings of security services switched off
-- severity: medium
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id]
-- description: >
--   Standards or controls of Security Hub were disabled, findings are suppressed by an
--   automation or filter rule there, in Macie, Inspector or Access Analyzer, or Macie reports
--   less often. One finding for each principal, service and day.
-- false_positives:
--   - Tuning by the security team.
-- blind_spots:
--   - "Findings that are set to resolved or suppressed one by one (BatchUpdateFindings) are
--     not counted: automation does it all day."
-- triage:
--   - Which standards or rules are meant by operations? Compare with what the security team
--     ordered.
--   - Read the findings that are suppressed since event_time.
-- references:
--   - https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchDisableStandards.html
--   - https://docs.aws.amazon.com/inspector/v2/APIReference/API_CreateFilter.html
--   - https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateArchiveRule.html

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
  event_source AS resource,
  count(*) AS changes,
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' made ' || count(*) || ' changes that hide findings: '
    || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
FROM events
WHERE operation IN (
    'securityhub:BatchDisableStandards',
    'securityhub:UpdateStandardsControl',
    'securityhub:BatchUpdateStandardsControlAssociations',
    'securityhub:DisableImportFindingsForProduct',
    'securityhub:CreateAutomationRule',
    'securityhub:CreateAutomationRuleV2',
    'macie2:CreateFindingsFilter',
    'macie2:UpdateFindingsFilter',
    'macie2:UpdateMacieSession',
    'inspector2:CreateFilter',
    'access-analyzer:CreateArchiveRule'
  )
  AND error_code IS NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
  AND (
    operation IN (
      'securityhub:BatchDisableStandards',
      'securityhub:DisableImportFindingsForProduct',
      'access-analyzer:CreateArchiveRule'
    )
    OR regexp_matches(request_parameters, '"(ControlStatus|AssociationStatus)"\s*:\s*"DISABLED"')
    OR regexp_matches(request_parameters, '"(SUPPRESSED|SUPPRESS|ARCHIVE)"')
    OR (
      operation = 'macie2:UpdateMacieSession'
      AND (request_parameters ->> '$.findingPublishingFrequency') = 'SIX_HOURS'
    )
  )
GROUP BY
  principal_arn,
  account_id,
  event_source,
  CAST(event_time AS DATE);
