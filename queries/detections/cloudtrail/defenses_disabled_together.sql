-- id: cloudtrail_defenses_disabled_together
-- title: Several security services switched off within an hour
-- severity: critical
-- status: stable
-- attack: [T1685, T1685.002]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One principal switched off two or more of CloudTrail, Config, GuardDuty, Security Hub,
--   Macie, Inspector, Access Analyzer, flow logs and DNS query logs within an hour. That is
--   how an account is blinded before the damage.
-- false_positives:
--   - Closing an account, or an infrastructure tool that destroys a security baseline. Ask
--     who ordered it.
-- blind_spots:
--   - Services that are switched off more than an hour apart, or by different
--     principals, are found one by one.
-- triage:
--   - Switch them on again before anything else, in every region of account_id.
--   - List every event by principal_arn and access_key_id from 24 hours before event_time
--     until now.
--   - Read event history (kept for 90 days without a trail) for the time after event_time.
-- references:
--   - https://attack.mitre.org/techniques/T1685/
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteDetector.html

WITH stops AS (
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
    split_part(operation, ':', 1) AS service
  FROM events
  WHERE operation IN (
      'cloudtrail:StopLogging',
      'cloudtrail:DeleteTrail',
      'cloudtrail:DeleteEventDataStore',
      'cloudtrail:StopEventDataStoreIngestion',
      'config:StopConfigurationRecorder',
      'config:DeleteConfigurationRecorder',
      'config:DeleteDeliveryChannel',
      'guardduty:DeleteDetector',
      'guardduty:UpdateDetector',
      'guardduty:DisassociateFromMasterAccount',
      'guardduty:DisassociateFromAdministratorAccount',
      'securityhub:DisableSecurityHub',
      'securityhub:DisableSecurityHubV2',
      'macie2:DisableMacie',
      'inspector2:Disable',
      'access-analyzer:DeleteAnalyzer',
      'ec2:DeleteFlowLogs',
      'route53resolver:DeleteResolverQueryLogConfig'
    )
    AND error_code IS NULL
    AND (operation <> 'guardduty:UpdateDetector' OR (request_parameters ->> '$.enable') = 'false')
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
    operation,
    service,
    count(DISTINCT service) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND INTERVAL 1 HOUR FOLLOWING
    ) AS services
  FROM stops
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
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' switched off ' || count(DISTINCT service) || ' security services of account '
    || coalesce(account_id, '?') || ': ' || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
FROM windowed
WHERE services >= 2
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
