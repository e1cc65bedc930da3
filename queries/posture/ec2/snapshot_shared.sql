-- id: ec2_snapshot_shared
-- title: EBS snapshot public or shared with an unknown account
-- kind: posture
-- check: EC2-05
-- severity: critical
-- status: stable
-- resource_type: AWS::EC2::Snapshot
-- changed_by: [ec2:ModifySnapshotAttribute, ec2:ResetSnapshotAttribute]
-- remediation: aws ec2 reset-snapshot-attribute --snapshot-id {resource_id} --attribute createVolumePermission --region {region}
-- why: A disk that another account may copy is a way out that leaves no further trace here.
-- fsbp: [EC2.1]
-- description: >
--   A snapshot may be used by everyone, or by an account that is none of the
--   organization's. Whoever may use it can copy the whole disk to their own account.
-- blind_spots:
--   - Without a look at the snapshot, permissions from before the first event of the case are not known.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
--   - https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.CreateVolumePermissions') IS NOT NULL AS known,
    -- Sharing with everyone has no effect where the region blocks it.
    CASE WHEN (s.config ->> '$.BlockPublicAccess.State') = 'block-all-sharing' THEN [] ELSE s.config ->> '$.CreateVolumePermissions[*].Group' END
      || list_filter(s.config ->> '$.CreateVolumePermissions[*].UserId', lambda u: NOT list_contains(own.ids, u)) AS shared_with,
    s.config ->> '$.Snapshot.Encrypted' AS encrypted,
    s.config ->> '$.Snapshot.VolumeId' AS volume_id
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::EC2::Snapshot'
    AND s.status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    request_parameters ->> '$.snapshotId' AS snapshot_id,
    json_items(json_extract(request_parameters, '$.createVolumePermission.add.items')) AS added,
    json_items(json_extract(request_parameters, '$.createVolumePermission.remove.items')) AS removed
  FROM events
  WHERE operation = 'ec2:ModifySnapshotAttribute'
    AND error_code IS NULL
),
steps AS (
  SELECT event_time, event_id, account_id, region, snapshot_id, true AS shares, unnest(added) AS permission FROM changes
  UNION ALL
  SELECT event_time, event_id, account_id, region, snapshot_id, false AS shares, unnest(removed) AS permission FROM changes
),
named AS (
  SELECT event_time, event_id, account_id, region, snapshot_id, shares, coalesce(permission ->> '$.userId', permission ->> '$.group') AS grantee
  FROM steps
),
-- A reset takes from everybody what they had.
resets AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.request_parameters ->> '$.snapshotId' AS snapshot_id,
    false AS shares,
    unnest((SELECT list(DISTINCT n.grantee) FROM named AS n WHERE n.account_id = e.account_id AND n.snapshot_id = (e.request_parameters ->> '$.snapshotId'))) AS grantee
  FROM events AS e
  WHERE e.operation = 'ec2:ResetSnapshotAttribute'
    AND e.error_code IS NULL
),
-- What was last said about each that is none of the organization's accounts.
permissions AS (
  SELECT
    account_id,
    region,
    snapshot_id,
    grantee,
    arg_max(shares, event_time) AS shared,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM (
    SELECT event_time, event_id, account_id, region, snapshot_id, shares, grantee FROM named
    UNION ALL
    SELECT event_time, event_id, account_id, region, snapshot_id, shares, grantee FROM resets
  ) AS p
  WHERE snapshot_id IS NOT NULL
    AND grantee NOT IN (SELECT o.account_id FROM own_accounts AS o)
  GROUP BY account_id, region, snapshot_id, grantee
)
SELECT
  CASE WHEN known THEN CASE WHEN len(shared_with) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'who may use ' || resource_id || ' could not be read'
    WHEN list_contains(shared_with, 'all') THEN resource_id || ' may be used by everyone'
    WHEN len(shared_with) > 0 THEN resource_id || ' may be used by ' || array_to_string(shared_with, ', ')
    ELSE resource_id || ' may be used by no account but the organization''s'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  shared_with,
  encrypted,
  volume_id
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(shared) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
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
GROUP BY account_id, region, snapshot_id;
