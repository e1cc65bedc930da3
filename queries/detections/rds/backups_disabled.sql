-- id: rds_backups_disabled
-- title: Automated backups of a database deleted or switched off
-- severity: high
-- status: stable
-- attack: [T1490]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The automated backups of a database or cluster were deleted, or their retention
--   set to zero, which deletes them. Without them nothing is left to restore to a
--   point in time.
-- false_positives:
--   - Deleting the leftovers of a database that was retired; a test database without
--     backups.
-- blind_spots:
--   - Backups in AWS Backup vaults.
--   - A new database without backups is not reported.
-- triage:
--   - Find out whether the database still exists and whether snapshots of it do.
--   - List deletions and modifications of databases by the same principal within the
--     day.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstanceAutomatedBackup.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterAutomatedBackup.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(
    request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier',
    request_parameters ->> '$.dbiResourceId', request_parameters ->> '$.dbClusterResourceId',
    request_parameters ->> '$.dBInstanceAutomatedBackupsArn'
  ) AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || CASE WHEN event_name LIKE 'Delete%' THEN ' deleted the automated backups of ' ELSE ' set the backup retention to zero for ' END
    || coalesce(
      request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier',
      request_parameters ->> '$.dbiResourceId', request_parameters ->> '$.dbClusterResourceId',
      request_parameters ->> '$.dBInstanceAutomatedBackupsArn', '?'
    ) AS summary
FROM events
WHERE operation IN ('rds:DeleteDBInstanceAutomatedBackup', 'rds:DeleteDBClusterAutomatedBackup', 'rds:ModifyDBInstance', 'rds:ModifyDBCluster')
  AND error_code IS NULL
  AND (event_name LIKE 'Delete%' OR TRY_CAST(request_parameters ->> '$.backupRetentionPeriod' AS INTEGER) = 0);
