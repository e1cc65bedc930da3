-- id: sequence_secrets_swept_in_many_regions
-- title: Who am I, then secrets listed and read in several regions within minutes
-- severity: high
-- status: test
-- attack: [T1555.006, T1078.004]
-- requires: [management]
-- key: [principal_arn, access_key_id]
-- description: >
--   One access key asked who it is, then listed secrets or parameters and read them in three or more regions
--   within ten minutes. This is a script that takes everything there is, such as a worm in a build does;
--   applications know the name and the region of their secret.
-- false_positives:
--   - A backup or an audit of secrets over all regions.
-- blind_spots:
--   - GetParameter calls without a listing before, and secrets in two regions or fewer.
--   - Denied reads are left out; a sweep that gets nothing is a burst of refusals.
-- triage:
--   - Rotate every secret and parameter that the cited events read; the names are in request_parameters.
--   - "What ran at source_ip at event_time: a build, a laptop, which packages?"
--   - Deactivate access_key_id, or revoke the sessions of the role.
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
--   - https://www.cisa.gov/news-events/alerts/2025/09/23/widespread-supply-chain-compromise-impacting-npm-ecosystem

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(request_parameters ->> '$.secretId', request_parameters ->> '$.name') AS secret_name,
    CASE
      WHEN operation = 'sts:GetCallerIdentity' THEN 'who'
      WHEN operation IN ('secretsmanager:ListSecrets', 'ssm:DescribeParameters') THEN 'list'
      ELSE 'read'
    END AS step
  FROM events
  WHERE operation IN (
    'sts:GetCallerIdentity', 'secretsmanager:ListSecrets', 'ssm:DescribeParameters', 'secretsmanager:GetSecretValue',
    'secretsmanager:BatchGetSecretValue', 'ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND access_key_id IS NOT NULL
),
-- Keys that were in three regions at all; few, so that the rest is cheap.
wide AS (
  SELECT
    access_key_id
  FROM activity
  WHERE event_source IN ('secretsmanager.amazonaws.com', 'ssm.amazonaws.com')
    AND access_key_id IS NOT NULL
  GROUP BY access_key_id
  HAVING count(DISTINCT region) >= 3
)
SELECT
  any_value(a.event_time) AS event_time,
  max(s.event_time) AS last_time,
  [a.event_id] || (list(s.event_id ORDER BY s.event_time))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  string_agg(DISTINCT s.secret_name, ', ') AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  count(DISTINCT s.region) FILTER (WHERE s.step = 'read') AS regions,
  any_value(a.principal_arn) || ' asked who it is at ' || strftime(any_value(a.event_time), '%H:%M:%S') || ' from '
    || any_value(a.source_ip) || ', listed secrets from '
    || strftime(min(s.event_time) FILTER (WHERE s.step = 'list'), '%H:%M:%S') || ' and read ' || count(*) FILTER (WHERE s.step = 'read')
    || ' times in '
    || count(DISTINCT s.region) FILTER (WHERE s.step = 'read') || ' regions until '
    || strftime(max(s.event_time) FILTER (WHERE s.step = 'read'), '%H:%M:%S') AS summary
FROM steps AS a
JOIN wide AS w ON w.access_key_id = a.access_key_id
JOIN steps AS s
  ON s.access_key_id = a.access_key_id
 AND s.step <> 'who'
 AND s.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 10 MINUTE
WHERE a.step = 'who'
GROUP BY a.event_id
HAVING count(DISTINCT s.region) FILTER (WHERE s.step = 'read') >= 3
   AND min(s.event_time) FILTER (WHERE s.step = 'list') <= min(s.event_time) FILTER (WHERE s.step = 'read')
QUALIFY row_number() OVER (PARTITION BY any_value(a.access_key_id), CAST(any_value(a.event_time) AS DATE) ORDER BY any_value(a.event_time)) = 1;
