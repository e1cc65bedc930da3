-- id: securityhub_service_disabled
-- title: Security Hub, Macie, Inspector, Detective or Access Analyzer disabled
-- severity: high
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A service that finds or gathers security findings was switched off for an account and
--   region: Security Hub, Macie (also paused), Inspector, Detective, or an analyzer of IAM
--   Access Analyzer.
-- false_positives:
--   - A trial that ended, or a service that another replaces, by decision.
-- blind_spots:
--   - A service cut off from its administrator account is found by
--     guardduty_account_separated.
-- triage:
--   - Enable it again in region; its findings from before may be gone.
--   - "List every event by principal_arn in the 2 hours around event_time: were other
--     services switched off?"
-- references:
--   - https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisableSecurityHub.html
--   - https://docs.aws.amazon.com/macie/latest/APIReference/macie.html
--   - https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteAnalyzer.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(request_parameters ->> '$.analyzerName', request_parameters ->> '$.GraphArn', event_source) AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE
    WHEN operation = 'macie2:UpdateMacieSession' THEN ' paused Macie'
    WHEN operation LIKE 'access-analyzer:%' THEN ' deleted analyzer ' || coalesce(request_parameters ->> '$.analyzerName', '?')
    ELSE ' called ' || operation
  END || ' in ' || coalesce(region, '?') AS summary
FROM events
WHERE operation IN (
    'securityhub:DisableSecurityHub',
    'securityhub:DisableSecurityHubV2',
    'macie2:DisableMacie',
    'macie2:UpdateMacieSession',
    'inspector2:Disable',
    'detective:DeleteGraph',
    'access-analyzer:DeleteAnalyzer'
  )
  AND error_code IS NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
  AND (operation <> 'macie2:UpdateMacieSession' OR (request_parameters ->> '$.status') = 'PAUSED');
