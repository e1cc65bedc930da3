-- id: rds_deletion_protection_disabled
-- title: Deletion protection of a database disabled
-- severity: medium
-- status: stable
-- attack: [T1490, T1578.005]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Deletion protection of a database, cluster or table was switched off: the step
--   before deleting it. RDS and DynamoDB.
-- false_positives:
--   - Retiring a database; tools that delete switch it off just before.
-- blind_spots:
--   - Databases that never had protection.
-- triage:
--   - See whether the same resource was deleted afterwards and whether a final
--     snapshot was taken.
--   - List deletions of snapshots and backups by the same principal within the day.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
--   - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html

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
    request_parameters ->> '$.globalClusterIdentifier', request_parameters ->> '$.tableName'
  ) AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' switched off deletion protection of '
    || coalesce(
      request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier',
      request_parameters ->> '$.globalClusterIdentifier', request_parameters ->> '$.tableName', '?'
    ) AS summary
FROM events
WHERE operation IN ('rds:ModifyDBInstance', 'rds:ModifyDBCluster', 'rds:ModifyGlobalCluster', 'dynamodb:UpdateTable')
  AND error_code IS NULL
  AND lower(coalesce(request_parameters ->> '$.deletionProtection', request_parameters ->> '$.deletionProtectionEnabled')) = 'false';
