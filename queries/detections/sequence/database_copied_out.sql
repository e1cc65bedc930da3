-- id: sequence_database_copied_out
-- title: A database is snapshotted and carried out, with its password replaced
-- severity: high
-- status: test
-- attack: [T1213.006, T1578.001, T1098]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Within a day one identity took a snapshot of a database and either exported it to S3 after replacing the
--   master password of the database, or restored it as a new database reachable from the Internet and set the
--   password there.
-- false_positives:
--   - A refresh of a test database that is public on purpose.
--   - A password rotation and an analytics export run by the same pipeline on the same day.
-- blind_spots:
--   - Exports of snapshots that existed before, and dumps over SQL, are not seen.
--   - An export without a changed password is ordinary analytics and left out.
-- triage:
--   - "Find the bucket of StartExportTask (s3BucketName): whose is it, and who read it since?"
--   - Is the restored database still there, and publicly accessible?
--   - List what else access_key_id did from source_ip in the day before event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
--   - https://www.rapid7.com/blog/post/tr-crimson-collective-a-new-threat-group-observed-operating-in-the-cloud/

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
    coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier') AS db,
    coalesce(
      request_parameters ->> '$.dBSnapshotIdentifier',
      request_parameters ->> '$.dBClusterSnapshotIdentifier',
      regexp_extract(request_parameters ->> '$.sourceArn', '[^:]+$')
    ) AS copy_id,
    CASE
      WHEN operation IN ('rds:CreateDBSnapshot', 'rds:CreateDBClusterSnapshot') THEN 'snapshot'
      WHEN operation = 'rds:StartExportTask' THEN 'export'
      WHEN operation = 'rds:RestoreDBInstanceFromDBSnapshot' AND (request_parameters ->> '$.publiclyAccessible') = 'true' THEN 'restore'
      WHEN operation IN ('rds:ModifyDBInstance', 'rds:ModifyDBCluster') AND (request_parameters ->> '$.masterUserPassword') IS NOT NULL THEN 'password'
    END AS step
  FROM events
  WHERE operation IN (
    'rds:CreateDBSnapshot', 'rds:CreateDBClusterSnapshot', 'rds:StartExportTask', 'rds:RestoreDBInstanceFromDBSnapshot',
    'rds:ModifyDBInstance', 'rds:ModifyDBCluster'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  min(least(a.event_time, p.event_time)) AS event_time,
  max(greatest(o.event_time, p.event_time)) AS last_time,
  list(DISTINCT a.event_id) || list(DISTINCT o.event_id) || list(DISTINCT p.event_id) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  a.db AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' took the snapshot ' || any_value(a.copy_id) || ' of database ' || a.db || ' at '
    || strftime(min(a.event_time), '%H:%M:%S')
    || CASE WHEN bool_or(o.step = 'export') THEN ', exported it at ' ELSE ', restored it open to the Internet at ' END
    || strftime(min(o.event_time), '%H:%M:%S')
    || ' and replaced the master password of ' || any_value(p.db) || ' at ' || strftime(min(p.event_time), '%H:%M:%S') AS summary
FROM steps AS a
JOIN steps AS o
  ON o.identity_arn = a.identity_arn
 AND o.account_id = a.account_id
 AND o.copy_id = a.copy_id
 AND o.step IN ('export', 'restore')
 AND o.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 1 DAY
JOIN steps AS p
  ON p.identity_arn = a.identity_arn
 AND p.account_id = a.account_id
 AND p.step = 'password'
 -- The source database for an export, the copy for a restore.
 AND p.db = CASE WHEN o.step = 'export' THEN a.db ELSE o.db END
 AND p.event_time BETWEEN a.event_time - INTERVAL 1 DAY AND a.event_time + INTERVAL 1 DAY
WHERE a.step = 'snapshot'
GROUP BY a.account_id, a.identity_arn, a.db;
