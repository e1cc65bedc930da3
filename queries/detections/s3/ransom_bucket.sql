-- id: s3_ransom_bucket
-- title: Bucket created whose name is a message
-- severity: high
-- status: stable
-- attack: [T1486, T1491]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A bucket was created whose name asks to contact someone or tells that data was
--   taken. Names of buckets are what the victim sees after everything else was
--   deleted.
-- false_positives:
--   - A bucket of a contact form.
-- blind_spots:
--   - Messages that use other words, and objects as notes.
-- triage:
--   - Count DeleteBucket and DeleteObject by the same access_key_id in the day before.
--   - List what is in the new bucket.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
--   - https://unit42.paloaltonetworks.com/shinyhunters-ransomware-extortion/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.bucketName' AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' created bucket ' || (request_parameters ->> '$.bucketName') || ', a name that reads like a demand' AS summary
FROM events
WHERE operation = 's3:CreateBucket'
  AND error_code IS NULL
  AND regexp_matches(
    request_parameters ->> '$.bucketName',
    '(^|[-.])(contact-(us|me)|contact-.*(tutanota|tuta|proton|onion|gmail|mail)|ransom|pay-?(bitcoin|btc|us)|hacked|pwned|(data|files?|backups?|bucket)-(was|were|is|are|been)-(stolen|encrypted|deleted|hacked|locked)|(recover|restore|decrypt)-your)'
  );
