-- id: ec2_shared_snapshot_used
-- title: Shared snapshot copied or mounted by another account
-- severity: high
-- status: stable
-- attack: [T1537]
-- requires: [management]
-- key: [resource, caller_account, account_id]
-- description: >
--   AWS recorded in the owner's account that another account copied a shared snapshot or made a
--   volume of it. This is the proof that the data left; sharing alone is not.
-- false_positives:
--   - Disaster recovery into an own account whose logs are not in the case, and vendors that scan shared snapshots; name the account as known.
-- blind_spots:
--   - These events exist for EBS snapshots only; copies of shared AMIs and RDS snapshots leave none.
-- triage:
--   - Treat the disk as copied. Which machine, which data, which secrets were on it?
--   - Find the ModifySnapshotAttribute that shared resource, and everything its access_key_id did.
-- references:
--   - https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
--   - https://docs.aws.amazon.com/ebs/latest/userguide/logging-ebs-apis-using-cloudtrail.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  account_id,
  region,
  service_event_details ->> '$.snapshotId' AS resource,
  caller_account_id AS caller_account,
  'account ' || coalesce(caller_account_id, '?') || CASE WHEN bool_or(operation = 'ec2:SharedSnapshotCopyInitiated')
    THEN ' copied ' ELSE ' made a volume of ' END || coalesce(service_event_details ->> '$.snapshotId', 'a shared snapshot') AS summary
FROM events
WHERE operation IN ('ec2:SharedSnapshotCopyInitiated', 'ec2:SharedSnapshotVolumeCreated')
  AND caller_account_id IS DISTINCT FROM account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS own WHERE own.account_id = caller_account_id)
  AND NOT EXISTS (SELECT 1 FROM known AS named WHERE named.kind = 'account_id' AND named.value = caller_account_id)
GROUP BY account_id, region, service_event_details ->> '$.snapshotId', caller_account_id;
