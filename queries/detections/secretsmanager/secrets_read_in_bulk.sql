-- id: secretsmanager_secrets_read_in_bulk
-- title: Many secrets read within ten minutes
-- severity: high
-- status: stable
-- attack: [T1555.006]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One principal read ten or more different secrets within ten minutes, or asked for secrets
--   in batches by a filter rather than by name. Denied attempts count: trying many is the
--   same intent. Secrets that the principal reads again and again, in three hours or more of
--   the case, are its own and do not count: so applications start.
-- false_positives:
--   - A controller that copies all secrets (External Secrets in Kubernetes), a backup, or a
--     migration.
-- blind_spots:
--   - A patient intruder who reads fewer than ten in ten minutes, or comes back to the same
--     secrets in three different hours, as the stolen role of an application would. What BatchGetSecretValue
--     returned is not in its event.
-- triage:
--   - "List the secrets of names: each of them is to be rotated."
--   - Did principal_arn read these before event_time? If not, look at source_ip and
--     user_agent of the reads.
--   - List every event by access_key_id in the 2 hours around event_time.
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.secretsmanager-retrieve-secrets/

WITH reads AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    regexp_extract(request_parameters ->> '$.secretId', '[^:]+$') AS secret,
    -- A batch without a list of names takes whatever matches.
    CASE WHEN operation = 'secretsmanager:BatchGetSecretValue'
      AND json_type(request_parameters, '$.secretIdList') IS DISTINCT FROM 'ARRAY' THEN event_id END AS batch
  FROM events
  WHERE operation IN ('secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue')
    AND (error_code IS NULL OR regexp_matches(error_code, 'AccessDenied'))
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
-- What a principal reads hour by hour is its own.
own AS (
  SELECT
    account_id,
    principal_arn,
    secret
  FROM reads
  WHERE secret IS NOT NULL
  GROUP BY
    account_id,
    principal_arn,
    secret
  HAVING count(DISTINCT date_trunc('hour', event_time)) >= 3
),
counted AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    secret,
    batch,
    count(DISTINCT secret) OVER near AS secrets_near,
    count(DISTINCT batch) OVER near AS batches_near
  FROM reads
  ANTI JOIN own USING (account_id, principal_arn, secret)
  WINDOW near AS (
    -- By credentials: the tasks of one role that start together are not one reader.
    PARTITION BY account_id, principal_arn, access_key_id
    ORDER BY event_time
    RANGE BETWEEN INTERVAL 5 MINUTE PRECEDING AND INTERVAL 5 MINUTE FOLLOWING
  )
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  count(DISTINCT secret) AS secrets,
  count(DISTINCT batch) AS batches,
  array_to_string(list_slice(list_sort(list(DISTINCT secret) FILTER (WHERE secret IS NOT NULL)), 1, 20), ', ') AS names,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' read ' || count(DISTINCT secret) || ' secrets'
    || CASE WHEN count(DISTINCT batch) > 0 THEN ' and ' || count(DISTINCT batch) || ' batches by filter' ELSE '' END
    || ' from ' || coalesce(any_value(source_ip), '?') AS summary
FROM counted
WHERE secrets_near >= 10
  OR batches_near >= 2
GROUP BY
  account_id,
  principal_arn,
  CAST(event_time AS DATE);
