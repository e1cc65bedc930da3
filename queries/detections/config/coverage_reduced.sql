-- id: config_coverage_reduced
-- title: AWS Config rules removed or recorder narrowed
-- severity: medium
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   Config rules, conformance packs, aggregators or automatic repairs were removed, or the
--   recorder was set to record fewer types. Changes that these watched pass unnoticed. One
--   finding for each principal and day.
-- false_positives:
--   - Rules that are replaced by newer ones. Rules that Security Hub manages are removed by
--     the service itself and do not fire.
-- blind_spots:
--   - A rule that is overwritten with a harmless one (PutConfigRule) is not seen.
-- triage:
--   - Which of operations were they, and do the rules exist again now?
--   - List the writes by the same principal_arn in the 24 hours around event_time.
-- references:
--   - https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteConfigRule.html
--   - https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html

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
    operation,
    coalesce(
      request_parameters ->> '$.configRuleName',
      request_parameters ->> '$.organizationConfigRuleName',
      request_parameters ->> '$.conformancePackName',
      request_parameters ->> '$.organizationConformancePackName',
      request_parameters ->> '$.configurationAggregatorName',
      request_parameters ->> '$.configurationRecorder.name',
      request_parameters ->> '$.configurationRecorderName'
    ) AS name
  FROM events
  WHERE operation IN (
      'config:DeleteConfigRule',
      'config:DeleteOrganizationConfigRule',
      'config:DeleteConformancePack',
      'config:DeleteOrganizationConformancePack',
      'config:DeleteConfigurationAggregator',
      'config:DeleteRemediationConfiguration',
      'config:DisassociateResourceTypes',
      'config:PutConfigurationRecorder'
    )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND (
      operation <> 'config:PutConfigurationRecorder'
      OR (request_parameters ->> '$.configurationRecorder.recordingGroup.allSupported') = 'false'
    )
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
  arg_min(name, event_time) AS resource,
  count(*) AS changes,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' reduced what AWS Config checks in account ' || coalesce(account_id, '?') || ' by ' || count(*)
    || ' changes: ' || string_agg(DISTINCT operation, ', ' ORDER BY operation)
    || coalesce(', first ' || arg_min(name, event_time), '') AS summary
FROM changes
GROUP BY
  principal_arn,
  account_id,
  CAST(event_time AS DATE);
