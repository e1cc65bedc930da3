-- id: s3_replicated_to_foreign_account
-- title: Bucket replicates to a foreign account
-- severity: high
-- status: stable
-- attack: [T1537, T1020]
-- requires: [management]
-- key: [principal_arn, resource, destination_account]
-- description: >
--   A replication rule was set whose destination belongs to an account that is neither
--   in this case nor known. Every new object is copied there by S3, without any
--   further call of the principal.
-- false_positives:
--   - Backup into an account whose logs are not in this case; name it as known.
-- blind_spots:
--   - The destination account stands in the rule only where ownership is handed over;
--     a foreign bucket without it is not recognised.
-- triage:
--   - Ask who owns destination_account and the destination bucket in
--     request_parameters.
--   - See who created or changed the role of the rule in the hours before.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html

WITH destinations AS (
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
    request_parameters ->> '$.bucketName' AS resource,
    unnest(list_distinct(json_extract_string(request_parameters, '$.ReplicationConfiguration..Account'))) AS destination_account
  FROM events
  WHERE operation = 's3:PutBucketReplication'
    AND error_code IS NULL
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
  destination_account,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' replicates bucket ' || coalesce(resource, '?') || ' to foreign account ' || destination_account AS summary
FROM destinations
WHERE destination_account <> account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = destination_account)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = destination_account);
