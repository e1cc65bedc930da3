-- id: rds_restored_from_snapshot
-- title: Database restored from a snapshot or to a point in time
-- severity: low
-- status: stable
-- attack: [T1578.002, T1213.006]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A copy of a database was made from a backup. Context: the copy holds the same
--   data, often with weaker protection than the original.
-- false_positives:
--   - Tests, migrations, disaster recovery exercises.
-- blind_spots:
--   - Restores by AWS services for someone are left out.
--   - Restores of a shared snapshot in another account.
-- triage:
--   - "See what was done with the new database: password, public access, export."
--   - Check that the new database still exists and who owns it.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.targetDBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier') AS resource,
  coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.snapshotIdentifier', request_parameters ->> '$.sourceDBInstanceIdentifier', request_parameters ->> '$.sourceDBClusterIdentifier') AS source,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' restored '
    || coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.snapshotIdentifier', request_parameters ->> '$.sourceDBInstanceIdentifier', request_parameters ->> '$.sourceDBClusterIdentifier', 'a backup')
    || ' as ' || coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.targetDBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', '?') AS summary
FROM events
WHERE operation IN ('rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBInstanceToPointInTime', 'rds:RestoreDBClusterToPointInTime')
  AND error_code IS NULL
  AND invoked_by IS NULL;
