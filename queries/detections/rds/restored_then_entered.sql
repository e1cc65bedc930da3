-- id: rds_restored_then_entered
-- title: Database restored from a snapshot, then its password set
-- severity: high
-- status: stable
-- attack: [T1213.006, T1578.002, T1537]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A principal restored a database from a snapshot and, within a day, set the master
--   password of the copy: a way into all its data without touching the original.
-- false_positives:
--   - A test copy of production made by hand.
-- blind_spots:
--   - Restores in another account, after the snapshot was shared.
--   - A restore whose password is set by another principal.
-- triage:
--   - See whether the copy is publicly accessible and which security groups it has.
--   - List connections and exports of the copy; delete it when nobody knows it.
--   - Find the snapshot and whether the same principal created it.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html

WITH restores AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    account_id,
    region,
    coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier') AS resource,
    coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.snapshotIdentifier') AS snapshot
  FROM events
  WHERE operation IN ('rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBClusterFromSnapshot')
    AND error_code IS NULL
),
passwords AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier') AS resource
  FROM events
  WHERE operation IN ('rds:ModifyDBInstance', 'rds:ModifyDBCluster')
    AND error_code IS NULL
    AND (request_parameters ->> '$.masterUserPassword') IS NOT NULL
)
SELECT
  r.event_time,
  p.event_time AS last_time,
  [r.event_id, p.event_id] AS event_ids,
  p.principal_arn,
  p.access_key_id,
  p.source_ip,
  p.user_agent,
  p.account_id,
  p.region,
  p.resource,
  r.snapshot,
  p.principal_arn || ' restored ' || coalesce(r.snapshot, 'a snapshot') || ' as ' || p.resource || ' and set its master password' AS summary
FROM restores AS r
JOIN passwords AS p
  ON p.principal_arn = r.principal_arn
  AND p.account_id = r.account_id
  AND p.region = r.region
  AND lower(p.resource) = lower(r.resource)
  AND p.event_time BETWEEN r.event_time AND r.event_time + INTERVAL 1 DAY;
