-- id: sequence_snapshot_taken_and_shared
-- title: A fresh snapshot or image is given to an outside account
-- severity: critical
-- status: test
-- attack: [T1578.001, T1537]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A snapshot of a volume or a database, or an image of a machine, was made and within a day shared with an
--   account that is not in this case, or with everybody. Where the other side has already copied it, the
--   event that AWS itself records is cited too.
-- false_positives:
--   - Backups or images handed to a partner or to an account of the organization whose logs are not in the
--     case; name it with the known accounts.
--   - A vendor that publishes its images.
-- blind_spots:
--   - A snapshot that existed before is shared without the first step.
--   - Encrypted snapshots need a grant on the key as well; without it the sharing is of no use to the other
--     side.
-- triage:
--   - Take the outside account out of the attributes of resource and look whether anything shared is left.
--   - "Look for SharedSnapshotCopyInitiated and SharedSnapshotVolumeCreated of the same snapshot: the data has
--     left."
--   - List what else principal_arn did in the hour before event_time, and from which addresses.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html
--   - https://docs.aws.amazon.com/ebs/latest/userguide/logging-ebs-apis-using-cloudtrail.html

WITH made AS (
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
    coalesce(
      response_elements ->> '$.snapshotId',
      response_elements ->> '$.imageId',
      request_parameters ->> '$.dBSnapshotIdentifier',
      request_parameters ->> '$.dBClusterSnapshotIdentifier'
    ) AS copy_id
  FROM events
  WHERE operation IN ('ec2:CreateSnapshot', 'ec2:CreateImage', 'ec2:CopySnapshot', 'rds:CreateDBSnapshot', 'rds:CreateDBClusterSnapshot', 'rds:CopyDBSnapshot')
    AND error_code IS NULL
),
shared AS (
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
    coalesce(
      request_parameters ->> '$.snapshotId',
      request_parameters ->> '$.imageId',
      request_parameters ->> '$.dBSnapshotIdentifier',
      request_parameters ->> '$.dBClusterSnapshotIdentifier'
    ) AS copy_id,
    unnest(regexp_extract_all(
      coalesce(
        request_parameters ->> '$.createVolumePermission.add',
        request_parameters ->> '$.launchPermission.add',
        request_parameters ->> '$.valuesToAdd'
      ), '"(\d{12}|all)"', 1)) AS outsider
  FROM events
  WHERE operation IN (
    'ec2:ModifySnapshotAttribute', 'ec2:ModifyImageAttribute', 'rds:ModifyDBSnapshotAttribute', 'rds:ModifyDBClusterSnapshotAttribute'
  )
    AND error_code IS NULL
),
copied AS (
  SELECT
    event_time,
    event_id,
    operation,
    coalesce(service_event_details ->> '$.snapshotId', regexp_extract(service_event_details, 'snap-[0-9a-f]+')) AS copy_id
  FROM events
  WHERE operation IN ('ec2:SharedSnapshotCopyInitiated', 'ec2:SharedSnapshotVolumeCreated')
)
SELECT
  min(m.event_time) AS event_time,
  greatest(max(a.event_time), max(c.event_time)) AS last_time,
  list(DISTINCT m.event_id) || list(DISTINCT a.event_id)
    || coalesce(list(DISTINCT c.event_id) FILTER (WHERE c.event_id IS NOT NULL), []) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  a.copy_id AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  coalesce(any_value(a.principal_arn), 'somebody') || ' made ' || a.copy_id || ' (' || any_value(m.operation) || ') at '
    || strftime(min(m.event_time), '%H:%M:%S')
    || ' and shared it with ' || string_agg(DISTINCT CASE WHEN a.outsider = 'all' THEN 'everybody' ELSE 'account ' || a.outsider END, ', ')
    || ' at '
    || strftime(min(a.event_time), '%H:%M:%S') || coalesce('; it was taken over at '
    || strftime(min(c.event_time), '%H:%M:%S'), '') AS summary
FROM shared AS a
JOIN made AS m
  ON m.copy_id = a.copy_id
 AND m.account_id = a.account_id
 AND m.event_time BETWEEN a.event_time - INTERVAL 1 DAY AND a.event_time
LEFT JOIN copied AS c
  ON c.copy_id = a.copy_id
 AND c.event_time >= a.event_time
WHERE a.outsider IS NOT NULL
  AND outsider NOT IN (SELECT account_id FROM accounts WHERE account_id IS NOT NULL)
  AND outsider NOT IN (SELECT value FROM known WHERE kind = 'account_id')
GROUP BY a.account_id, a.identity_arn, a.copy_id;
