-- id: lambda_secrets_in_environment
-- title: Secrets in the environment of a function
-- kind: posture
-- check: LAM-04
-- severity: high
-- status: stable
-- resource_type: AWS::Lambda::Function
-- changed_by: [lambda:CreateFunction, lambda:UpdateFunctionConfiguration]
-- remediation: aws lambda update-function-configuration --function-name {resource_id} --environment 'Variables={OTHER_NAME=VALUE}' --region {region}
-- why: Whoever may read a function's configuration, or runs code in it, has the secrets in its environment.
-- description: >
--   The names of a function's environment variables say that they hold passwords, tokens or
--   keys. Values are neither kept nor looked at. Whether a suspect read the configuration is
--   said as well. Move the secrets to Secrets Manager, change them, and keep
--   the other variables only.
-- blind_spots:
--   - CloudTrail does not show the variables; without a look at the function nothing is known.
--   - A secret under a harmless name is not seen, and a name such as TOKEN may hold none.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Configuration') IS NOT NULL AS known,
    list_sort(list_filter(
      coalesce(json_keys(config, '$.Configuration.Environment.Variables'), []),
      lambda name: name_is_secret(name)
    )) AS names
  FROM snapshots
  WHERE resource_type = 'AWS::Lambda::Function'
    AND status = 'found'
),
reads AS (
  SELECT
    e.account_id,
    e.region,
    split_part(regexp_replace(e.request_parameters ->> '$.functionName', '^.*:?function:', ''), ':', 1) AS function_name,
    list(e.event_id ORDER BY e.event_time)[:100] AS event_ids
  FROM events AS e
  WHERE e.operation IN ('lambda:GetFunction', 'lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration', 'lambda:UpdateFunctionCode')
    AND e.error_code IS NULL
    AND EXISTS (
      SELECT 1
      FROM suspects AS s
      WHERE s.kind = 'principal_arn' AND s.value = e.principal_arn
        OR s.kind = 'access_key_id' AND s.value = e.access_key_id
        OR s.kind = 'source_ip' AND s.value = e.source_ip
    )
  GROUP BY ALL
)
SELECT
  CASE WHEN l.known THEN CASE WHEN len(l.names) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
  CASE WHEN len(l.names) > 0 AND r.event_ids IS NOT NULL THEN 'joined' ELSE 'config' END AS basis,
  l.captured_at AS as_of,
  l.resource_id,
  l.resource_arn,
  l.account_id,
  l.region,
  CASE
    WHEN NOT l.known THEN 'the environment of function ' || l.resource_id || ' could not be read'
    WHEN len(l.names) > 0 THEN 'function ' || l.resource_id || ' has ' || array_to_string(l.names, ', ') || ' in its environment'
      || CASE WHEN r.event_ids IS NOT NULL THEN ', and a suspect read it' ELSE '' END
    ELSE 'no variable of function ' || l.resource_id || ' is called like a secret'
  END AS summary,
  CASE WHEN len(l.names) > 0 THEN coalesce(r.event_ids, []) ELSE [] END AS event_ids,
  l.names
FROM looked AS l
LEFT JOIN reads AS r ON r.account_id = l.account_id AND r.region = l.region AND r.function_name = l.resource_id;
