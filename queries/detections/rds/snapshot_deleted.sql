-- id: rds_snapshot_deleted
-- title: Database snapshots deleted
-- severity: low
-- status: stable
-- attack: [T1485, T1490]
-- requires: [management]
-- key: [principal_arn, account_id, region, day]
-- description: >
--   Manual snapshots of databases or clusters were deleted; one finding for each
--   principal and day with the number of them. Context for the loss of a database,
--   high when it is more than the usual clean-up.
-- false_positives:
--   - Retention scripts.
-- blind_spots:
--   - Snapshots that AWS Backup deletes for someone are left out.
-- triage:
--   - Compare the number with other days of the same principal.
--   - See whether the databases of these snapshots, or automated backups, were deleted
--     within the day.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterSnapshot.html

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
  arg_min(coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.dBClusterSnapshotIdentifier'), event_time) AS resource,
  count(*) AS snapshots,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted ' || count(*) || ' database snapshots, first '
    || coalesce(arg_min(coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.dBClusterSnapshotIdentifier'), event_time), '?') AS summary
FROM events
WHERE operation IN ('rds:DeleteDBSnapshot', 'rds:DeleteDBClusterSnapshot')
  AND error_code IS NULL
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, account_id, region, CAST(event_time AS DATE);
