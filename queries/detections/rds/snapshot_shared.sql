-- id: rds_snapshot_shared
-- title: Database snapshot shared with everyone or a foreign account
-- severity: high
-- status: stable
-- attack: [T1537]
-- requires: [management]
-- key: [principal_arn, resource, shared_with]
-- description: >
--   A snapshot of a database or cluster was opened to all AWS accounts or to an
--   account that is neither in this case nor known. Whoever is named can restore the
--   whole database in an account of their own.
-- false_positives:
--   - Handing data to a partner or a central backup account; name the account as
--     known.
-- blind_spots:
--   - The restore happens in the other account and is not logged here.
--   - AWS Backup shares vaults and not snapshots.
-- triage:
--   - "Look up the snapshot now: is it still shared, and of which database is it?"
--   - Ask who owns the account in shared_with.
--   - "See who created the snapshot: CreateDBSnapshot or CopyDBSnapshot of the same
--     name in the days before."
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterSnapshotAttribute.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.exfiltration.rds-share-snapshot/

WITH shares AS (
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
    coalesce(request_parameters ->> '$.dBSnapshotIdentifier', request_parameters ->> '$.dBClusterSnapshotIdentifier') AS resource,
    unnest(json_extract_string(request_parameters, '$.valuesToAdd[*]')) AS shared_with
  FROM events
  WHERE operation IN ('rds:ModifyDBSnapshotAttribute', 'rds:ModifyDBClusterSnapshotAttribute')
    AND error_code IS NULL
    AND (request_parameters ->> '$.attributeName') = 'restore'
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
  shared_with,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' shared snapshot ' || coalesce(resource, '?') || ' with '
    || CASE WHEN shared_with = 'all' THEN 'every AWS account' ELSE 'foreign account ' || shared_with END AS summary
FROM shares
WHERE shared_with <> account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = shared_with)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = shared_with);
