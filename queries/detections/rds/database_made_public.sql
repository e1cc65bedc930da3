-- id: rds_database_made_public
-- title: Database made reachable from the internet
-- severity: high
-- status: stable
-- attack: [T1190, T1578.005]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A database or cluster that exists was made publicly accessible, or one was
--   restored from a snapshot with a public address. With a matching security group
--   anyone can try its password. RDS and Redshift.
-- false_positives:
--   - A development database in an account without private network.
-- blind_spots:
--   - A new public database is not reported; it holds nothing yet.
--   - Whether the security group lets anyone in.
-- triage:
--   - Look at the security groups of the database and changes of them in the hour
--     before and after.
--   - See whether the master password was changed by the same principal.
--   - Undo it and look at connections in the log of the database.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier') AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' made database ' || coalesce(coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier'), '?') || ' publicly accessible (' || event_name || ')' AS summary
FROM events
WHERE operation IN (
    'rds:ModifyDBInstance', 'rds:ModifyDBCluster', 'rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBInstanceToPointInTime',
    'rds:RestoreDBInstanceFromS3', 'rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBClusterToPointInTime',
    'redshift:ModifyCluster', 'redshift:RestoreFromClusterSnapshot'
  )
  AND error_code IS NULL
  AND lower(request_parameters ->> '$.publiclyAccessible') = 'true';
