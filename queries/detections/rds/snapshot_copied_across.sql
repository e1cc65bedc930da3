-- id: rds_snapshot_copied_across
-- title: Database snapshot copied to another region or under a foreign key
-- severity: low
-- status: stable
-- attack: [T1537, T1578.001]
-- requires: [management]
-- key: [principal_arn, resource, region]
-- description: >
--   A snapshot was copied from another region or from another account, or re-encrypted
--   on the way with the KMS key of a foreign account. Context: a copy with another key
--   is what makes an encrypted snapshot shareable.
-- false_positives:
--   - Disaster recovery by own scripts.
-- blind_spots:
--   - Copies that AWS Backup makes for someone are left out.
--   - The call is logged in the region that receives the copy.
-- triage:
--   - See whether the copy was shared (ModifyDBSnapshotAttribute) or restored in the
--     day after event_time.
--   - Check whether the region is one the account uses.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBSnapshot.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html

WITH copies AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(request_parameters ->> '$.sourceDBSnapshotIdentifier', request_parameters ->> '$.sourceDBClusterSnapshotIdentifier') AS resource,
    coalesce(request_parameters ->> '$.targetDBSnapshotIdentifier', request_parameters ->> '$.targetDBClusterSnapshotIdentifier') AS target,
    request_parameters ->> '$.sourceRegion' AS source_region,
    coalesce(request_parameters ->> '$.kmsKeyId', '') AS kms_key
  FROM events
  WHERE operation IN ('rds:CopyDBSnapshot', 'rds:CopyDBClusterSnapshot')
    AND error_code IS NULL
    AND invoked_by IS NULL
),
judged AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    target,
    CASE
      WHEN regexp_extract(kms_key, ':kms:[^:]*:(\d{12}):', 1) NOT IN ('', account_id)
      THEN 'under a KMS key of account ' || regexp_extract(kms_key, ':kms:[^:]*:(\d{12}):', 1)
      WHEN resource LIKE 'arn:%' AND split_part(resource, ':', 5) <> account_id THEN 'from account ' || split_part(resource, ':', 5)
      WHEN resource LIKE 'arn:%' AND split_part(resource, ':', 4) <> region THEN 'from region ' || split_part(resource, ':', 4)
      WHEN source_region IS NOT NULL THEN 'from region ' || source_region
    END AS how
  FROM copies
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' copied snapshot ' || coalesce(resource, '?') || ' to ' || coalesce(target, '?') || ' ' || how AS summary
FROM judged
WHERE how IS NOT NULL;
