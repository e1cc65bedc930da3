-- id: threshold_secrets_many_regions
-- title: Secrets or parameters asked for in many regions
-- severity: high
-- status: stable
-- attack: [T1555.006, T1552.001]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, event_time]
-- description: >
--   Within ten minutes one caller listed secrets or parameters in three or more regions, or
--   read them in six or more. Applications know the region of their secrets; worms and
--   stealers go through all of them.
-- false_positives:
--   - Inventory and posture tools that list names; they do not read values.
--   - An application in six regions with one key that reads its secret in each.
-- blind_spots:
--   - What services read for a principal is left out.
--   - Three regions one after the other, slower than ten minutes, are not seen.
-- triage:
--   - Which secrets were read with success? List operation, request_parameters and region;
--     those are to be rotated.
--   - "Look at source_ip and user_agent: a build host, a laptop, or a stranger?"
--   - "Look for further calls of the access_key_id in the hour after: sts:AssumeRole, iam:CreateAccessKey."
-- references:
--   - https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html

-- Denied reads count too: the walk through the regions is the finding.
-- Most ask in one region only: the rest is about few.
WITH wide AS (
  SELECT
    principal_arn,
    access_key_id,
    account_id,
    time_bucket(INTERVAL 10 MINUTE, event_time) AS began
  FROM events
  WHERE operation IN (
      'secretsmanager:ListSecrets',
      'secretsmanager:GetSecretValue',
      'secretsmanager:BatchGetSecretValue',
      'ssm:DescribeParameters',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:GetParametersByPath'
    )
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND source_ip_lo IS NOT NULL
  GROUP BY
    principal_arn,
    access_key_id,
    account_id,
    time_bucket(INTERVAL 10 MINUTE, event_time)
  HAVING min(region) <> max(region)
)

SELECT
  min(e.event_time) AS event_time,
  max(e.event_time) AS last_time,
  list(e.event_id ORDER BY e.event_time) AS event_ids,
  e.principal_arn,
  e.access_key_id,
  arg_min(e.source_ip, e.event_time) AS source_ip,
  e.account_id,
  arg_min(e.user_agent, e.event_time) AS user_agent,
  count(DISTINCT e.region) AS regions,
  count(*) FILTER (
    WHERE e.error_code IS NULL
      AND e.operation NOT IN ('secretsmanager:ListSecrets', 'ssm:DescribeParameters')
  ) AS values_read,
  coalesce(e.principal_arn, 'somebody') || ' went for secrets in ' || count(DISTINCT e.region) || ' regions within ten minutes, from '
  || coalesce(arg_min(e.source_ip, e.event_time), '?') || ': ' || array_to_string(list(DISTINCT e.operation ORDER BY e.operation), ', ') AS summary
FROM events AS e
JOIN wide AS w
  ON w.principal_arn IS NOT DISTINCT FROM e.principal_arn
  AND w.access_key_id IS NOT DISTINCT FROM e.access_key_id
  AND w.account_id IS NOT DISTINCT FROM e.account_id
  AND w.began = time_bucket(INTERVAL 10 MINUTE, e.event_time)
WHERE e.operation IN (
    'secretsmanager:ListSecrets',
    'secretsmanager:GetSecretValue',
    'secretsmanager:BatchGetSecretValue',
    'ssm:DescribeParameters',
    'ssm:GetParameter',
    'ssm:GetParameters',
    'ssm:GetParametersByPath'
  )
  AND e.invoked_by IS NULL
  AND e.identity_type <> 'AWSService'
  AND e.source_ip_lo IS NOT NULL
GROUP BY
  e.principal_arn,
  e.access_key_id,
  e.account_id,
  w.began
HAVING count(DISTINCT e.region) FILTER (WHERE e.operation NOT IN ('secretsmanager:GetSecretValue', 'ssm:GetParameter', 'ssm:GetParameters')) >= 3
  OR count(DISTINCT e.region) >= 6;
