-- id: backup_recovery_points_deleted
-- title: "Backups deleted: a vault, or several recovery points"
-- severity: high
-- status: stable
-- attack: [T1490, T1485]
-- requires: [management]
-- key: [principal_arn, resource, account_id]
-- description: >
--   A principal deleted a backup vault, or three or more recovery points within an hour.
--   Backups go away by their lifecycle; somebody who deletes them by hand prepares that
--   nothing can be restored.
-- false_positives:
--   - Clean-up of backups after a migration; the removal of an empty vault with its stack.
-- blind_spots:
--   - Points that expire by a lifecycle are deleted by the service. Snapshots outside of AWS
--     Backup are not its points.
-- triage:
--   - Which backups are left of the resources, in this and other accounts?
--   - "List every event by access_key_id in the 24 hours after event_time: was the data
--     deleted next?"
-- references:
--   - https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteRecoveryPoint.html
--   - https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html
--   - https://attack.mitre.org/techniques/T1490/

WITH deletions AS (
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
    request_parameters ->> '$.backupVaultName' AS vault,
    coalesce(request_parameters ->> '$.recoveryPointArn', event_id) AS point
  FROM events
  WHERE operation IN ('backup:DeleteRecoveryPoint', 'backup:DisassociateRecoveryPoint', 'backup:DeleteBackupVault')
    AND error_code IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
counted AS (
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
    vault,
    point,
    count(DISTINCT point) OVER (
      PARTITION BY account_id, principal_arn
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING
    ) AS points_near
  FROM deletions
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
  vault AS resource,
  count(*) FILTER (WHERE operation <> 'backup:DeleteBackupVault') AS recovery_points,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' deleted ' || concat_ws(' and ',
    CASE WHEN bool_or(operation = 'backup:DeleteBackupVault') THEN 'backup vault ' || vault END,
    nullif(count(*) FILTER (WHERE operation <> 'backup:DeleteBackupVault'), 0) || ' recovery points of vault ' || vault) AS summary
FROM counted
WHERE operation = 'backup:DeleteBackupVault'
  OR points_near >= 3
GROUP BY
  account_id,
  principal_arn,
  vault,
  CAST(event_time AS DATE);
