-- id: cloudtrail_defense_stop_denied
-- title: Denied attempts to switch off logging or detection
-- severity: medium
-- status: stable
-- attack: [T1685, T1685.002]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   A principal tried to stop, delete or disable CloudTrail, Config, GuardDuty, Security Hub,
--   flow logs or the like and was denied. The attempt tells what it is after, although
--   nothing was lost. Only denied calls are wanted here.
-- false_positives:
--   - An infrastructure tool that a service control policy keeps from destroying a baseline.
-- blind_spots:
--   - A call that failed for another reason, such as a name that does not exist, is not
--     counted.
-- triage:
--   - "List every event by access_key_id in the hour before and after: what else did it try?"
--   - Did one of operations succeed later, by the same or another principal of account_id?
-- references:
--   - https://attack.mitre.org/techniques/T1685/
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html

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
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' was denied ' || count(*) || ' attempts to weaken logging or detection: '
    || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
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
      'route53resolver:DeleteResolverQueryLogConfig',
    'cloudtrail:PutEventSelectors',
    'cloudtrail:UpdateTrail'
  )
  AND regexp_matches(error_code, '(AccessDenied|UnauthorizedOperation|NotAuthorized)')
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
