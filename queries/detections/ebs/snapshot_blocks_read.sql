-- id: ebs_snapshot_blocks_read
-- title: Snapshot read block by block through the EBS direct API
-- severity: medium
-- status: stable
-- attack: [T1537, T1005]
-- requires: [data]
-- key: [principal_arn, resource]
-- description: >
--   One key read ten or more blocks of a snapshot with the EBS direct API, which downloads a
--   disk without sharing it, copying it or starting a machine.
-- false_positives:
--   - Backup and disk scanning products that use the direct API; name their role in a suppression.
-- blind_spots:
--   - Needs data events of EBS direct APIs, which a trail does not log unless asked to. Reading a few blocks only stays below the threshold.
-- triage:
--   - How many blocks of how large a volume? A full read is theft of the disk.
--   - Does user_agent and source_ip belong to a backup product? What did access_key_id do before?
--   - Were ListSnapshotBlocks or ListChangedBlocks called on snapshots of other machines as well?
-- references:
--   - https://docs.aws.amazon.com/ebs/latest/APIReference/API_GetSnapshotBlock.html
--   - https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html
--   - https://docs.aws.amazon.com/ebs/latest/userguide/logging-ebs-apis-using-cloudtrail.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  request_parameters ->> '$.snapshotId' AS resource,
  count(*) AS blocks,
  coalesce(principal_arn, '?') || ' read ' || count(*) || ' blocks of ' || coalesce(request_parameters ->> '$.snapshotId', '?') AS summary
FROM events
WHERE operation = 'ebs:GetSnapshotBlock'
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
GROUP BY principal_arn, access_key_id, account_id, region, request_parameters ->> '$.snapshotId'
HAVING count(*) >= 10;
