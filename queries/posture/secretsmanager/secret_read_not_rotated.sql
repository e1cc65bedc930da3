-- id: secretsmanager_secret_read_not_rotated
-- title: Secret that a suspect read and nobody rotated since
-- kind: posture
-- check: SEC-02
-- severity: high
-- status: stable
-- resource_type: AWS::SecretsManager::Secret
-- changed_by: [secretsmanager:GetSecretValue, secretsmanager:BatchGetSecretValue, secretsmanager:RotateSecret, secretsmanager:PutSecretValue]
-- remediation: aws secretsmanager rotate-secret --secret-id {resource_id} --region {region}
-- why: It is the list of what has to be rotated now, because somebody else knows it.
-- fsbp: [SecretsManager.1]
-- description: >
--   A principal, key or address that an open finding of high severity or above names read
--   the value of a secret, and the current version of the secret is older than that. A
--   secret without a rotation function is set anew by hand where it is used.
-- blind_spots:
--   - Where no finding names a suspect, nothing is known.
--   - Several suspects behind one address, and what was read before the logs or from a replica elsewhere, are not told apart.
--   - A secret that was deleted passes; what it opened may still work.
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_now.html
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html

WITH uses AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.operation IN ('secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue') AS reads,
    coalesce(e.principal_arn, e.identity_type, 'somebody') AS who,
    EXISTS (
      SELECT 1
      FROM suspects AS s
      WHERE (s.kind = 'principal_arn' AND s.value = e.principal_arn)
        OR (s.kind = 'access_key_id' AND s.value = e.access_key_id)
        OR (s.kind = 'source_ip' AND s.value = e.source_ip)
    ) AS suspect,
    unnest(list_transform(
      json_items(json_extract(e.request_parameters, '$.secretId')) || json_items(json_extract(e.request_parameters, '$.secretIdList')),
      lambda id: secret_name(id ->> '$')
    )) AS secret
  FROM events AS e
  WHERE e.operation IN (
      'secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue',
      'secretsmanager:RotateSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'
    )
    AND e.error_code IS NULL
    -- An update of the description makes no version.
    AND (e.operation <> 'secretsmanager:UpdateSecret' OR (e.response_elements ->> '$.versionId') IS NOT NULL)
),
stolen AS (
  SELECT
    account_id,
    region,
    secret,
    max(event_time) AS read_at,
    arg_max(who, event_time) AS who,
    count(*) AS reads,
    list(event_id ORDER BY event_time DESC, event_id)[1:100] AS event_ids
  FROM uses
  WHERE reads
    AND suspect
    AND secret IS NOT NULL
  GROUP BY account_id, region, secret
),
-- What a suspect set it to is no rotation.
rotated AS (
  SELECT
    u.account_id,
    u.region,
    u.secret,
    max(u.event_time) AS rotated_at,
    arg_max(u.event_id, u.event_time) AS event_id
  FROM uses AS u
  JOIN stolen AS t ON t.account_id = u.account_id AND t.region = u.region AND t.secret = u.secret
  WHERE NOT u.reads
    AND NOT u.suspect
    AND u.event_time > t.read_at
  GROUP BY u.account_id, u.region, u.secret
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    coalesce(
      list_max(list_transform(
        list_filter(json_items(s.config -> '$.Versions'), lambda v: list_contains(v ->> '$.VersionStages[*]', 'AWSCURRENT')),
        lambda v: TRY_CAST(v ->> '$.CreatedDate' AS TIMESTAMP)
      )),
      TRY_CAST(s.config ->> '$.Secret.LastRotatedDate' AS TIMESTAMP)
    ) AS made_at,
    TRY_CAST(s.config ->> '$.Secret.LastChangedDate' AS TIMESTAMP) AS changed_at,
    t.read_at,
    t.who,
    t.reads,
    t.event_ids,
    (SELECT count(*) FROM suspects) > 0 AS suspected
  FROM snapshots AS s
  LEFT JOIN stolen AS t ON t.account_id = s.account_id AND t.region = s.region AND t.secret = secret_name(s.resource_id)
  WHERE s.resource_type = 'AWS::SecretsManager::Secret'
    AND s.status = 'found'
),
judged AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    read_at,
    who,
    reads,
    event_ids,
    suspected,
    -- What was changed last before the read was not rotated after it.
    CASE WHEN made_at IS NOT NULL THEN made_at > read_at WHEN changed_at < read_at THEN false END AS renewed
  FROM looked
)
SELECT
  CASE WHEN NOT suspected THEN NULL WHEN read_at IS NULL OR renewed THEN 'PASS' WHEN NOT renewed THEN 'FAIL' END AS status,
  CASE WHEN suspected THEN 'joined' ELSE 'config' END AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'secret ' || resource_id || CASE
    WHEN NOT suspected THEN ' is there, and no finding names a suspect who could have read it'
    WHEN read_at IS NULL THEN ' was read by no suspect'
    WHEN renewed THEN ' was read by ' || who || ', and has a newer version since'
    WHEN NOT renewed THEN ' was read by ' || who || ' ' || strftime(read_at, '%Y-%m-%d %H:%M') || ', and has had no new version since'
    ELSE ' was read by ' || who || ', and its versions could not be read'
  END AS summary,
  coalesce(event_ids, CAST([] AS VARCHAR[])) AS event_ids,
  read_at,
  reads
FROM judged
UNION ALL BY NAME
SELECT
  CASE WHEN r.rotated_at IS NULL THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  coalesce(r.rotated_at, t.read_at) AS as_of,
  t.secret AS resource_id,
  t.account_id,
  t.region,
  'secret ' || t.secret || ' was read by ' || t.who || CASE
    WHEN r.rotated_at IS NULL THEN ' ' || strftime(t.read_at, '%Y-%m-%d %H:%M') || ', and was not set anew since'
    ELSE ', and was set anew since'
  END AS summary,
  CASE WHEN r.rotated_at IS NULL THEN t.event_ids ELSE [r.event_id] || t.event_ids END AS event_ids,
  t.read_at,
  t.reads
FROM stolen AS t
LEFT JOIN rotated AS r ON r.account_id = t.account_id AND r.region = t.region AND r.secret = t.secret;
