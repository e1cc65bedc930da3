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
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  account_id,
  arg_min(user_agent, event_time) AS user_agent,
  count(DISTINCT region) AS regions,
  count(*) FILTER (
    WHERE error_code IS NULL
      AND operation NOT IN ('secretsmanager:ListSecrets', 'ssm:DescribeParameters')
  ) AS values_read,
  coalesce(principal_arn, 'somebody') || ' went for secrets in ' || count(DISTINCT region) || ' regions within ten minutes, from '
  || coalesce(arg_min(source_ip, event_time), '?') || ': ' || array_to_string(list(DISTINCT operation ORDER BY operation), ', ') AS summary
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
HAVING count(DISTINCT region) FILTER (WHERE operation NOT IN ('secretsmanager:GetSecretValue', 'ssm:GetParameter', 'ssm:GetParameters')) >= 3
  OR count(DISTINCT region) >= 6;
