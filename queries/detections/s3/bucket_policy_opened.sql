-- id: s3_bucket_policy_opened
-- title: Bucket policy gives access to everyone or to a foreign account
-- severity: high
-- status: stable
-- attack: [T1537, T1530]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A policy of a bucket or of an access point was set whose Allow names everyone
--   without a condition, or an account that is neither in this case nor among the
--   known accounts. Whoever is named can read the data without any key of this
--   account.
-- false_positives:
--   - A public website or a data set that is shared with a partner on purpose; name
--     the partner account as known.
-- blind_spots:
--   - A grant to everyone with any condition is taken as restricted, whatever the
--     condition says.
--   - A foreign account that may only PutObject is left out, because log delivery
--     looks like that.
--   - The policy is read as it was set; a public access block can make it without
--     effect.
-- triage:
--   - Read the statement in request_parameters and decide whether the grantee is
--     expected.
--   - List what the same access_key_id did in the hour before and after.
--   - Look at GetObject data events of the bucket by callers of the grantee account
--     since event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.exfiltration.s3-backdoor-bucket-policy/

WITH policies AS (
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
    coalesce(request_parameters ->> '$.bucketName', request_parameters ->> '$.name') AS resource,
    -- S3 writes the policy as an object; access points and older records as text.
    coalesce(
      request_parameters ->> '$.bucketPolicy',
      nullif(request_parameters ->> '$.policy', ''),
      json_extract_string(request_parameters, '$..Policy')[1]
    ) AS policy
  FROM events
  WHERE operation IN ('s3:PutBucketPolicy', 's3:PutAccessPointPolicy')
    AND error_code IS NULL
),
statements AS (
  SELECT
    event_id,
    unnest(
      CASE json_type(policy, '$.Statement')
        WHEN 'ARRAY' THEN json_extract(policy, '$.Statement[*]')
        ELSE [json_extract(policy, '$.Statement')]
      END
    ) AS statement
  FROM policies
  WHERE json_valid(policy)
),
grants AS (
  SELECT
    event_id,
    statement ->> '$.Action' AS action,
    unnest(
      CASE
        WHEN (statement ->> '$.Principal') = '*' OR regexp_matches(statement ->> '$.Principal', '"AWS":(\[[^\]]*)?"\*"')
        THEN CASE WHEN json_extract(statement, '$.Condition') IS NULL THEN ['everyone'] ELSE [] END
        ELSE regexp_extract_all(statement ->> '$.Principal', '(?:"|::)(\d{12})(?:"|:)', 1)
      END
    ) AS grantee
  FROM statements
  WHERE (statement ->> '$.Effect') = 'Allow'
)
SELECT
  p.event_time,
  [p.event_id] AS event_ids,
  p.principal_arn,
  p.access_key_id,
  p.source_ip,
  p.user_agent,
  p.account_id,
  p.region,
  p.resource,
  string_agg(DISTINCT g.grantee, ', ' ORDER BY g.grantee) AS grantees,
  coalesce(p.principal_arn, p.identity_type, 'someone unnamed') || ' opened ' || coalesce(p.resource, '?') || ' to '
    || string_agg(DISTINCT g.grantee, ', ' ORDER BY g.grantee) || ' for ' || string_agg(DISTINCT coalesce(g.action, 'all actions but some'), ', ' ORDER BY coalesce(g.action, 'all actions but some')) AS summary
FROM policies AS p
JOIN grants AS g ON g.event_id = p.event_id
WHERE g.grantee <> p.account_id
  AND (g.grantee = 'everyone' OR coalesce(g.action, '') NOT IN ('s3:PutObject', '["s3:PutObject"]'))
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = g.grantee)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = g.grantee)
GROUP BY p.event_time, p.event_id, p.principal_arn, p.identity_type, p.access_key_id, p.source_ip, p.user_agent, p.account_id, p.region, p.resource;
