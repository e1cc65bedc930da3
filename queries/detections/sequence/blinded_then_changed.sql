-- id: sequence_blinded_then_changed
-- title: Logging or detection switched off, then changes by the same identity
-- severity: critical
-- status: test
-- attack: [T1685.002, T1685, T1098]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   An identity stopped or deleted a trail, GuardDuty or the recorder of AWS Config, put nothing in its
--   place, and within four hours created identities, started machines, shared data or opened a way out.
--   Somebody acts who does not want to be seen.
-- false_positives:
--   - An account being wound up or rebuilt by its owner; a ticket says so.
-- blind_spots:
--   - What is done while nothing is recorded is not in the logs; another trail, or another region, may have it.
--   - A trail that is replaced within the time (CreateTrail, StartLogging, CreateDetector,
--     StartConfigurationRecorder) is taken for a migration.
-- triage:
--   - Establish which trail still recorded, and treat the time after event_time as unseen where none did.
--   - List every event of principal_arn from one hour before event_time.
--   - Switch logging on again and check that it records (GetTrailStatus).
--   - Go through what was created between event_time and last_time.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteDetector.html
--   - https://www.sysdig.com/blog/cloud-breach-terraform-data-theft

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(request_parameters ->> '$.name', request_parameters ->> '$.detectorId', request_parameters ->> '$.configurationRecorderName') AS silenced,
    CASE
      WHEN operation IN (
        'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'guardduty:DeleteDetector', 'guardduty:DisassociateFromMasterAccount',
        'guardduty:DisassociateFromAdministratorAccount', 'config:StopConfigurationRecorder', 'config:DeleteConfigurationRecorder'
      ) THEN 'off'
      WHEN operation IN (
        'cloudtrail:StartLogging', 'cloudtrail:CreateTrail', 'guardduty:CreateDetector', 'config:StartConfigurationRecorder'
      ) THEN 'on'
      ELSE 'change'
    END AS step
  FROM events
  WHERE operation IN (
    'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'guardduty:DeleteDetector', 'guardduty:DisassociateFromMasterAccount',
    'guardduty:DisassociateFromAdministratorAccount', 'config:StopConfigurationRecorder', 'config:DeleteConfigurationRecorder',
    'cloudtrail:StartLogging', 'cloudtrail:CreateTrail', 'guardduty:CreateDetector', 'config:StartConfigurationRecorder',
    'iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:CreateRole', 'iam:AttachUserPolicy',
    'iam:AttachRolePolicy', 'iam:PutUserPolicy', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:CreateSAMLProvider',
    'ec2:RunInstances', 'ec2:CreateSnapshot', 'ec2:ModifySnapshotAttribute', 'ec2:ModifyImageAttribute', 'rds:ModifyDBSnapshotAttribute',
    'rds:StartExportTask', 'ecs:CreateCluster', 'ecs:RegisterTaskDefinition', 'lambda:CreateFunction', 'lambda:UpdateFunctionCode',
    'transfer:CreateServer', 'transfer:CreateUser', 'secretsmanager:GetSecretValue', 's3:PutBucketPolicy'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  any_value(a.event_time) AS event_time,
  max(s.event_time) AS last_time,
  [a.event_id] || list(s.event_id ORDER BY s.event_time) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  any_value(a.silenced) AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' called ' || any_value(a.operation) || ' on ' || coalesce(any_value(a.silenced), '?') || ' at '
    || strftime(any_value(a.event_time), '%H:%M:%S') || ' and went on until ' || strftime(max(s.event_time), '%H:%M:%S') || ': '
    || string_agg(DISTINCT s.operation, ', ' ORDER BY s.operation) AS summary
FROM steps AS a
JOIN steps AS s
  ON s.identity_arn = a.identity_arn
 AND s.account_id = a.account_id
 AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 4 HOUR
 AND s.event_id <> a.event_id
WHERE a.step = 'off'
GROUP BY a.event_id
HAVING bool_or(s.step = 'change')
   AND NOT bool_or(s.step = 'on')
QUALIFY row_number() OVER (PARTITION BY any_value(a.identity_arn), CAST(any_value(a.event_time) AS DATE) ORDER BY any_value(a.event_time)) = 1;
