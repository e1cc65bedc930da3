-- id: reports_shared_or_copied_out
-- title: Snapshots, images and exports given away
-- answers: [Q24]
-- requires: [management]
-- description: >
--   Snapshots, images and exports that were shared with others, made public, copied or
--   written to a bucket. shared_with names the accounts; outside those that are neither
--   the owner's, nor one the case has logs of, nor named as known. Shared...Initiated and
--   ...VolumeCreated are proof that the other account took the copy: shared_with is then
--   the account that did. outcome keeps failed attempts apart. 5,000 rows.

WITH calls AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    error_code,
    principal_arn,
    caller_account_id,
    access_key_id,
    source_ip,
    coalesce(
      request_parameters ->> '$.snapshotId',
      request_parameters ->> '$.imageId',
      request_parameters ->> '$.dBSnapshotIdentifier',
      request_parameters ->> '$.dBClusterSnapshotIdentifier',
      request_parameters ->> '$.sourceSnapshotId',
      request_parameters ->> '$.sourceImageId',
      request_parameters ->> '$.sourceDBSnapshotIdentifier',
      request_parameters ->> '$.sourceDBClusterSnapshotIdentifier',
      request_parameters ->> '$.sourceArn',
      request_parameters ->> '$.tableArn',
      request_parameters ->> '$.resourceShareArn',
      request_parameters ->> '$.instanceId',
      service_event_details ->> '$.snapshotId',
      request_parameters ->> '$.name'
    ) AS resource,
    coalesce(
      request_parameters -> '$.createVolumePermission.add',
      request_parameters -> '$.launchPermission.add',
      request_parameters -> '$.valuesToAdd',
      request_parameters -> '$.principals',
      request_parameters -> '$.accountIds'
    ) AS added,
    coalesce(
      request_parameters ->> '$.s3BucketName',
      request_parameters ->> '$.s3Bucket',
      request_parameters ->> '$.bucket',
      request_parameters ->> '$.exportToS3Task.s3Bucket',
      request_parameters ->> '$.destinationRegion'
    ) AS destination
  FROM events
  WHERE operation IN (
    'dynamodb:ExportTableToPointInTime',
    'ec2:CopyImage',
    'ec2:CopySnapshot',
    'ec2:CreateInstanceExportTask',
    'ec2:CreateStoreImageTask',
    'ec2:ExportImage',
    'ec2:ModifyImageAttribute',
    'ec2:ModifySnapshotAttribute',
    'ec2:SharedSnapshotCopyInitiated',
    'ec2:SharedSnapshotVolumeCreated',
    'rds:CopyDBClusterSnapshot',
    'rds:CopyDBSnapshot',
    'rds:ModifyDBClusterSnapshotAttribute',
    'rds:ModifyDBSnapshotAttribute',
    'rds:StartExportTask',
    'ram:AssociateResourceShare',
    'ram:CreateResourceShare',
    'redshift:AuthorizeSnapshotAccess'
  )
),
named AS (
  SELECT DISTINCT
    c.event_id,
    c.account_id,
    unnest(
      list_concat(
        regexp_extract_all(coalesce(CAST(c.added AS VARCHAR), ''), '[0-9]{12}'),
        CASE
          WHEN c.operation IN ('ec2:SharedSnapshotCopyInitiated', 'ec2:SharedSnapshotVolumeCreated') THEN [c.caller_account_id]
          ELSE []
        END
      )
    ) AS named_account
  FROM calls AS c
),
parties AS (
  SELECT
    n.event_id,
    list(n.named_account ORDER BY n.named_account) AS shared_with,
    list(n.named_account ORDER BY n.named_account) FILTER (
      WHERE n.named_account IS DISTINCT FROM n.account_id
        AND a.account_id IS NULL
        AND k.value IS NULL
    ) AS outside
  FROM named AS n
  LEFT JOIN accounts AS a ON a.account_id = n.named_account
  LEFT JOIN known AS k
    ON k.kind = 'account_id'
    AND k.value = n.named_account
  GROUP BY n.event_id
)
SELECT
  c.event_time,
  c.account_id,
  c.region,
  c.operation,
  CASE WHEN c.error_code IS NULL THEN 'done' ELSE c.error_code END AS outcome,
  c.resource,
  p.shared_with,
  p.outside,
  coalesce(regexp_matches(CAST(c.added AS VARCHAR), '"all"'), false) AS made_public,
  c.destination,
  c.principal_arn,
  c.access_key_id,
  c.source_ip,
  c.event_id
FROM calls AS c
LEFT JOIN parties AS p ON p.event_id = c.event_id
ORDER BY
  c.event_time,
  c.event_id
LIMIT 5000;
