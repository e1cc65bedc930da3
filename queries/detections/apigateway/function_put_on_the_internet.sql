-- id: apigateway_function_put_on_the_internet
-- title: New function put behind a new public API by hand
-- severity: medium
-- status: stable
-- attack: [T1648, T1546]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, region]
-- description: >
--   Within two hours one key made a function and an API whose route or method needs no
--   authorization. Seen as persistence: an address on the internet that makes new
--   credentials on request, long after the stolen key is gone.
-- false_positives:
--   - A developer who tries something by hand. Deployments by CloudFormation are left
--     out, those of Terraform are not.
-- blind_spots:
--   - An API on a function that existed before.
--   - Who may call is also decided by the policy of the API.
-- triage:
--   - Read the code of the function and the role it runs with; iam and sts calls in it
--     are decisive.
--   - Look for sessions of that role after event_time.
-- references:
--   - https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
--   - https://securitylabs.datadoghq.com/articles/tales-from-the-cloud-trenches-the-attacker-doth-persist-too-much/

WITH calls AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.functionName' AS function_name,
    -- An API that is made with its target has an open route at once.
    operation IN ('apigateway:CreateRoute', 'apigateway:PutMethod')
      OR (request_parameters ->> '$.target') IS NOT NULL AS opens_route
  FROM events
  WHERE operation IN ('lambda:CreateFunction', 'apigateway:CreateApi', 'apigateway:CreateRestApi', 'apigateway:CreateRoute', 'apigateway:PutMethod')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND access_key_id IS NOT NULL
    AND (
      operation NOT IN ('apigateway:CreateRoute', 'apigateway:PutMethod')
      OR coalesce(request_parameters ->> '$.authorizationType', request_parameters ->> '$.putMethodInput.authorizationType', 'NONE') = 'NONE'
    )
),
near AS (
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
    function_name,
    count(*) FILTER (WHERE operation = 'lambda:CreateFunction') OVER w AS functions,
    count(*) FILTER (WHERE operation IN ('apigateway:CreateApi', 'apigateway:CreateRestApi')) OVER w AS apis,
    count(*) FILTER (WHERE opens_route) OVER w AS routes
  FROM calls
  WINDOW w AS (
    PARTITION BY principal_arn, access_key_id, account_id, region
    ORDER BY event_time
    RANGE BETWEEN INTERVAL 2 HOUR PRECEDING AND INTERVAL 2 HOUR FOLLOWING
  )
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  string_agg(DISTINCT function_name, ', ' ORDER BY function_name) AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' made function ' || coalesce(string_agg(DISTINCT function_name, ', ' ORDER BY function_name), '?') || ' and a public API within two hours' AS summary
FROM near
WHERE functions >= 1
  AND apis >= 1
  AND routes >= 1
GROUP BY principal_arn, identity_type, access_key_id, account_id, region, CAST(event_time AS DATE);
