-- id: sequence_found_key_then_used
-- title: A role reads where keys lie about, then the key of a user shows up at its address
-- severity: high
-- status: test
-- attack: [T1552.001, T1078.004]
-- requires: [management]
-- key: [principal_arn, access_key_id]
-- description: >
--   A role session read what often holds keys (the configuration of a function, a task or a build, user data,
--   a Terraform state, a parameter or a secret), and within two hours the long-term key of another user was
--   used for the first time from an address that the session used too, beginning with the question who it is.
-- false_positives:
--   - A developer or a build machine at a new address that works with a role and with a user's key.
-- blind_spots:
--   - Reads of a Terraform state in S3 are data events; without them only the other places are seen.
--   - First time means within the events of the case, or of the scope that was asked for.
-- triage:
--   - Does the owner of access_key_id work from source_ip? If not, deactivate the key.
--   - Look in what resource names for the key, and rotate everything else that lies there.
--   - How did the reader's credentials get to that address? Follow the role session back.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
--   - https://www.sysdig.com/blog/cloud-breach-terraform-data-theft

WITH tried AS (
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
    row_number() OVER (PARTITION BY access_key_id, source_ip ORDER BY event_time) AS nth
  FROM events
  WHERE operation = 'sts:GetCallerIdentity'
    AND access_key_id LIKE 'AKIA%'
    AND invoked_by IS NULL
),
-- The first time that the key was seen at the address at all.
first_seen AS (
  SELECT
    access_key_id,
    source_ip,
    min(first_time) AS first_time
  FROM activity
  WHERE access_key_id LIKE 'AKIA%'
  GROUP BY access_key_id, source_ip
),
places AS (
  SELECT
    access_key_id,
    source_ip,
    min(first_time) AS first_time
  FROM activity
  WHERE access_key_id LIKE 'ASIA%'
    AND source_ip IN (SELECT source_ip FROM tried)
  GROUP BY access_key_id, source_ip
),
reads AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    access_key_id,
    coalesce(
      request_parameters ->> '$.functionName',
      request_parameters ->> '$.key',
      request_parameters ->> '$.taskDefinition',
      request_parameters ->> '$.name',
      request_parameters ->> '$.secretId',
      request_parameters ->> '$.instanceId'
    ) AS place
  FROM events
  WHERE operation IN (
    'lambda:GetFunction', 'lambda:GetFunctionConfiguration', 'lambda:ListFunctions', 'ecs:DescribeTaskDefinition', 'codebuild:BatchGetProjects',
    'ec2:DescribeInstanceAttribute', 'ssm:GetParameter', 'ssm:GetParameters', 'secretsmanager:GetSecretValue', 's3:GetObject'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type = 'AssumedRole'
    AND (operation <> 's3:GetObject' OR contains(request_parameters, '.tfstate') OR contains(request_parameters, '.env"')
         OR contains(request_parameters, 'credentials'))
)
SELECT
  min(r.event_time) AS event_time,
  any_value(a.event_time) AS last_time,
  (list(r.event_id ORDER BY r.event_time))[1:1000] || [a.event_id] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  string_agg(DISTINCT r.place, ', ') AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(r.principal_arn) AS reader,
  any_value(r.principal_arn) || ' read ' || coalesce(string_agg(DISTINCT r.place, ', '), '?') || ' ('
    || string_agg(DISTINCT r.operation, ', ' ORDER BY r.operation)
    || ') at ' || strftime(min(r.event_time), '%H:%M:%S') || ', and from ' || strftime(any_value(a.event_time), '%H:%M:%S') || ' the key '
    || any_value(a.access_key_id) || ' of ' || any_value(a.principal_arn) || ' was used from ' || any_value(a.source_ip)
    || ', where that session was too, for the first time' AS summary
FROM tried AS a
JOIN first_seen AS f
  ON f.access_key_id = a.access_key_id
 AND f.source_ip = a.source_ip
-- The session that read, at that address before, while or after reading.
JOIN places AS p
  ON p.source_ip = a.source_ip
 AND p.first_time <= a.event_time
JOIN reads AS r
  ON r.access_key_id = p.access_key_id
 AND r.event_time BETWEEN a.event_time - INTERVAL 2 HOUR AND a.event_time
 AND r.event_time <= f.first_time
WHERE a.nth = 1
GROUP BY a.event_id;
