-- id: lambda_foreign_layer
-- title: Function with a layer of a foreign account
-- kind: posture
-- check: LAM-03
-- severity: high
-- status: stable
-- resource_type: AWS::Lambda::Function
-- changed_by: [lambda:UpdateFunctionConfiguration, lambda:CreateFunction]
-- remediation: aws lambda update-function-configuration --function-name {resource_id} --layers {own_layers} --region {region}
-- why: A layer's code runs within every call of the function, and sees its secrets and its role's credentials.
-- description: >
--   A function loads a layer from an account that is none of the organization's. Layers of
--   AWS and of vendors of monitoring are foreign as well; name their accounts as known.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - A layer of an own account can hold code of somebody else.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
layered AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    -- A function without layers has no such member.
    CASE WHEN (config -> '$.Configuration') IS NOT NULL THEN coalesce(config ->> '$.Configuration.Layers[*].Arn', []) END AS layers,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::Lambda::Function'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    split_part(regexp_replace(request_parameters ->> '$.functionName', '^.*:?function:', ''), ':', 1) AS resource_id,
    account_id,
    region,
    list_transform(json_items(json_extract(request_parameters, '$.layers')), lambda l: l ->> '$') AS layers,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('lambda:UpdateFunctionConfiguration', 'lambda:CreateFunction')
    AND error_code IS NULL
    AND (request_parameters ->> '$.functionName') IS NOT NULL
    AND json_type(request_parameters, '$.layers') = 'ARRAY'
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, split_part(regexp_replace(request_parameters ->> '$.functionName', '^.*:?function:', ''), ':', 1)
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    event_ids,
    layers,
    list_filter(
      layers,
      lambda l: NOT list_contains(own.ids, split_part(l, ':', 5))
    ) AS foreign_layers
  FROM layered
  CROSS JOIN own
)
SELECT
  CASE WHEN layers IS NOT NULL THEN CASE WHEN len(foreign_layers) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN layers IS NULL THEN 'the layers of function ' || resource_id || ' could not be read'
    WHEN len(foreign_layers) > 0 THEN 'function ' || resource_id || ' loads ' || array_to_string(foreign_layers, ', ')
    ELSE 'function ' || resource_id || ' loads no layer of a foreign account'
  END AS summary,
  event_ids,
  foreign_layers,
  list_filter(layers, lambda l: NOT list_contains(foreign_layers, l)) AS own_layers,
  CASE
    WHEN len(foreign_layers) = len(layers) THEN 'aws lambda update-function-configuration --function-name {resource_id} --layers ''[]'' --region {region}'
  END AS remediation
FROM judged;
