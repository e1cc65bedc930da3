-- id: rds_deleted_without_snapshot
-- title: Database deleted without a last snapshot
-- severity: medium
-- status: stable
-- attack: [T1485]
-- requires: [management]
-- key: [principal_arn, resource, account_id]
-- description: >
--   A database, cluster or data warehouse was deleted and the final snapshot was
--   skipped. What is left are snapshots taken before. RDS and Redshift.
-- false_positives:
--   - Test databases. Read replicas and members of a cluster are left out where the
--     record shows it.
-- blind_spots:
--   - Deletions by CloudFormation for someone are left out.
-- triage:
--   - Find earlier snapshots and retained automated backups of the same resource.
--   - List other deletions by the same principal within the day.
--   - "Look for a demand: new buckets, SES mail, support cases."
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteCluster.html

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
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted database ' || coalesce(coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier'), '?') || ' without a final snapshot'
    || CASE WHEN lower(request_parameters ->> '$.deleteAutomatedBackups') = 'true' THEN ' and with its automated backups' ELSE '' END AS summary
FROM events
WHERE operation IN ('rds:DeleteDBInstance', 'rds:DeleteDBCluster', 'redshift:DeleteCluster')
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND lower(coalesce(request_parameters ->> '$.skipFinalSnapshot', request_parameters ->> '$.skipFinalClusterSnapshot')) = 'true'
  AND ((response_elements ->> '$.dBClusterIdentifier') IS NULL OR operation = 'rds:DeleteDBCluster')
  AND (response_elements ->> '$.readReplicaSourceDBInstanceIdentifier') IS NULL;
