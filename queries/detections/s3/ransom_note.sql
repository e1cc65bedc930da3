-- id: s3_ransom_note
-- title: Object with the name of a ransom note written
-- severity: high
-- status: stable
-- attack: [T1486, T1491]
-- requires: [data]
-- key: [principal_arn, resource]
-- description: >
--   An object was written whose name tells that files were encrypted, taken or can be
--   bought back: how to decrypt, ransom, files encrypted, recover your data and the
--   like, as text, web page or image.
-- false_positives:
--   - Documentation about recovery; test data of security tools.
-- blind_spots:
--   - A note with an ordinary name, or in the name of a new bucket.
-- triage:
--   - Read the object. It names the demand and often a contact.
--   - List what the same access_key_id read, deleted and encrypted in the day before.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.impact.s3-ransomware-individual-deletion/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  request_parameters ->> '$.bucketName' AS resource,
  arg_min(request_parameters ->> '$.key', event_time) AS first_note,
  count(*) AS notes,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' wrote ' || arg_min(request_parameters ->> '$.key', event_time) || ' to bucket ' || coalesce(request_parameters ->> '$.bucketName', '?') AS summary
FROM events
WHERE operation = 's3:PutObject'
  AND error_code IS NULL
  AND regexp_matches(
    lower(regexp_extract(request_parameters ->> '$.key', '[^/]*$')),
    '^[^a-z]*((how|where)[ _.-]?to[ _.-]?(decrypt|recover|restore|get[ _.-]?back)|(decrypt|recover(y)?|restore|return|unlock)[ _.-]?(instruction|your|my|all|files|info|help|note|read)|(your[ _.-]?)?files?[ _.-]?(are[ _.-]?|were[ _.-]?|have[ _.-]?been[ _.-]?)?(encrypted|locked|deleted|stolen)|ransom|read[ _.-]?me[ _.-]?(for|to|now)[ _.-]?(decrypt|recover|restore|ransom)|help[ _.-]?(decrypt|recover|restore)|(warning|attention|important)[ _.!-]*(your|ransom|encrypted|hacked|read)|your[ _.-]?(data|bucket|files?)[ _.-]?(is|are|was|were|has|have|encrypted|stolen|deleted))'
  )
  AND NOT regexp_matches(lower(request_parameters ->> '$.key'), '\.(py|js|ts|go|java|rb|rs|php|sh|json|ya?ml|gz|parquet|csv|log|map)$')
GROUP BY principal_arn, identity_type, account_id, region, request_parameters ->> '$.bucketName';
