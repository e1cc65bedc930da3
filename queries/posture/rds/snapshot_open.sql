-- id: rds_snapshot_open
-- title: Database snapshot public or shared with an unknown account
-- kind: posture
-- check: RDS-02
-- severity: critical
-- status: stable
-- resource_type: AWS::RDS::DBSnapshot
-- changed_by: [rds:ModifyDBSnapshotAttribute, rds:ModifyDBClusterSnapshotAttribute]
-- remediation: aws rds modify-db-snapshot-attribute --db-snapshot-identifier {resource_id} --attribute-name restore --values-to-remove {shared_with} --region {region}
-- why: Whoever may restore a snapshot has the whole database in their own account, and leaves no further trace here.
-- fsbp: [RDS.1]
-- description: >
--   A snapshot of a database or of a cluster may be restored by everyone, or by an account
--   that is none of the organization's.
-- blind_spots:
--   - Without a look at the snapshot, permissions from before the first event of the case are not known.
--   - Exports to a bucket are not looked at.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_type,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Restore') IS NOT NULL AS known,
    list_filter(s.config ->> '$.Restore[*]', lambda a: NOT list_contains(own.ids, a)) AS shared_with,
    coalesce(s.config ->> '$.Snapshot.Encrypted', s.config ->> '$.Snapshot.StorageEncrypted') AS encrypted
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type IN ('AWS::RDS::DBSnapshot', 'AWS::RDS::DBClusterSnapshot')
    AND s.status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    CASE operation WHEN 'rds:ModifyDBClusterSnapshotAttribute' THEN 'AWS::RDS::DBClusterSnapshot' ELSE 'AWS::RDS::DBSnapshot' END AS resource_type,
    lower(coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.dBClusterSnapshotIdentifier')) AS snapshot_id,
    json_items(json_extract(request_parameters, '$.valuesToAdd')) AS added,
    json_items(json_extract(request_parameters, '$.valuesToRemove')) AS removed
  FROM events
  WHERE operation IN ('rds:ModifyDBSnapshotAttribute', 'rds:ModifyDBClusterSnapshotAttribute')
    AND error_code IS NULL
    AND coalesce(request_parameters ->> '$.attributeName', 'restore') = 'restore'
),
steps AS (
  SELECT event_time, event_id, event_uuid, account_id, region, resource_type, snapshot_id, true AS shares, unnest(added) ->> '$' AS grantee FROM changes
  UNION ALL
  SELECT event_time, event_id, event_uuid, account_id, region, resource_type, snapshot_id, false AS shares, unnest(removed) ->> '$' AS grantee FROM changes
),
-- What was last said about each that is none of the organization's accounts.
permissions AS (
  SELECT
    account_id,
    region,
    resource_type,
    snapshot_id,
    grantee,
    arg_max(shares, (event_time, event_uuid)) AS shared,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM steps
  WHERE snapshot_id IS NOT NULL
    AND grantee NOT IN (SELECT o.account_id FROM own_accounts AS o)
  GROUP BY account_id, region, resource_type, snapshot_id, grantee
),
both_sides AS (
  SELECT
    CASE WHEN known THEN CASE WHEN len(shared_with) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
    'config' AS basis,
    captured_at AS as_of,
    resource_type,
    resource_id,
    resource_arn,
    account_id,
    region,
    CASE
      WHEN NOT known THEN 'who may restore ' || resource_id || ' could not be read'
      WHEN list_contains(shared_with, 'all') THEN resource_id || ' may be restored by everyone'
      WHEN len(shared_with) > 0 THEN resource_id || ' may be restored by ' || array_to_string(shared_with, ', ')
      ELSE resource_id || ' may be restored by no account but the organization''s'
    END AS summary,
    CAST([] AS VARCHAR[]) AS event_ids,
    shared_with,
    encrypted
  FROM looked
  UNION ALL BY NAME
  SELECT
    CASE WHEN bool_or(shared) THEN 'FAIL' ELSE 'PASS' END AS status,
    'logs' AS basis,
    max(changed_at) AS as_of,
    resource_type,
    snapshot_id AS resource_id,
    account_id,
    region,
    CASE
      WHEN bool_or(shared AND grantee = 'all') THEN snapshot_id || ' was shared with everyone and not taken back'
      WHEN bool_or(shared) THEN snapshot_id || ' was shared with ' || string_agg(grantee, ', ' ORDER BY grantee) FILTER (WHERE shared) || ' and not taken back'
      ELSE snapshot_id || ' was shared, and all of it was taken back'
    END AS summary,
    list(event_id ORDER BY changed_at, event_id) AS event_ids,
    coalesce(list(grantee ORDER BY grantee) FILTER (WHERE shared), []) AS shared_with
  FROM permissions
  GROUP BY account_id, region, resource_type, snapshot_id
)
SELECT
  status,
  basis,
  as_of,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  summary,
  event_ids,
  shared_with,
  encrypted,
  CASE
    WHEN resource_type = 'AWS::RDS::DBClusterSnapshot'
    THEN 'aws rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier {resource_id} --attribute-name restore --values-to-remove {shared_with} --region {region}'
  END AS remediation
FROM both_sides;
