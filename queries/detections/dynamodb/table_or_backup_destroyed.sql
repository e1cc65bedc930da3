-- id: dynamodb_table_or_backup_destroyed
-- title: Tables, their backups or point-in-time recovery removed
-- severity: medium
-- status: stable
-- attack: [T1485, T1490]
-- requires: [management]
-- key: [principal_arn, account_id, region, day]
-- description: >
--   A principal deleted backups of DynamoDB tables or switched point-in-time recovery
--   off, or deleted three or more tables on a day. One finding for each principal and
--   day.
-- false_positives:
--   - Tearing down a test environment; retention scripts.
-- blind_spots:
--   - One or two deleted tables without a backup touched.
--   - Calls by AWS Backup and CloudFormation for someone are left out.
-- triage:
--   - List what was deleted on that day and find out whether system backups are left
--     (35 days after deleting a table with recovery on).
--   - See what else the same principal deleted in other services.
-- references:
--   - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
--   - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html
--   - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  CAST(event_time AS DATE) AS day,
  arg_min(coalesce(request_parameters ->> '$.tableName', request_parameters ->> '$.backupArn'), event_time) AS resource,
  count(*) FILTER (WHERE operation = 'dynamodb:DeleteTable') AS tables,
  count(*) FILTER (WHERE operation = 'dynamodb:DeleteBackup') AS backups,
  count(*) FILTER (WHERE operation = 'dynamodb:UpdateContinuousBackups') AS recovery_off,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted ' || count(*) FILTER (WHERE operation = 'dynamodb:DeleteTable') || ' tables and '
    || count(*) FILTER (WHERE operation = 'dynamodb:DeleteBackup') || ' backups and switched off recovery of '
    || count(*) FILTER (WHERE operation = 'dynamodb:UpdateContinuousBackups') || ' tables' AS summary
FROM events
WHERE operation IN ('dynamodb:DeleteTable', 'dynamodb:DeleteBackup', 'dynamodb:UpdateContinuousBackups')
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND (
    operation <> 'dynamodb:UpdateContinuousBackups'
    OR lower(request_parameters ->> '$.pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled') = 'false'
  )
GROUP BY principal_arn, identity_type, account_id, region, CAST(event_time AS DATE)
HAVING count(*) FILTER (WHERE operation <> 'dynamodb:DeleteTable') >= 1
  OR count(DISTINCT request_parameters ->> '$.tableName') >= 3;
