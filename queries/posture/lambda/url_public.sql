-- id: lambda_url_public
-- title: Function URL without authentication
-- kind: posture
-- check: LAM-02
-- severity: high
-- status: stable
-- resource_type: AWS::Lambda::Function
-- changed_by: [lambda:CreateFunctionUrlConfig, lambda:UpdateFunctionUrlConfig, lambda:DeleteFunctionUrlConfig]
-- remediation: aws lambda delete-function-url-config --function-name {resource_id} --region {region}
-- why: Whoever knows the URL runs the function with its role, long after all keys were changed.
-- description: >
--   A function has a URL that takes requests of everyone, without credentials.
-- blind_spots:
--   - A URL that is meant for everyone, as of a webhook, looks the same.
--   - Without a look at the function, a URL from before the first event of the case is not known.
--   - The function's policy has to allow the URL as well. That it does is assumed.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.FunctionUrls') IS NOT NULL AS known,
    list_transform(
      list_filter(json_items(config -> '$.FunctionUrls'), lambda u: (u ->> '$.AuthType') = 'NONE'),
      lambda u: u ->> '$.FunctionUrl'
    ) AS urls
  FROM snapshots
  WHERE resource_type = 'AWS::Lambda::Function'
    AND status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    split_part(regexp_replace(request_parameters ->> '$.functionName', '^.*:?function:', ''), ':', 1) AS function_name,
    coalesce(request_parameters ->> '$.qualifier', '') AS qualifier,
    operation <> 'lambda:DeleteFunctionUrlConfig' AND coalesce(request_parameters ->> '$.authType', response_elements ->> '$.authType') = 'NONE' AS open,
    response_elements ->> '$.functionUrl' AS url
  FROM events
  WHERE operation IN ('lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig', 'lambda:DeleteFunctionUrlConfig')
    AND error_code IS NULL
    AND (request_parameters ->> '$.functionName') IS NOT NULL
    -- A change of something else says nothing of it.
    AND (operation = 'lambda:DeleteFunctionUrlConfig' OR coalesce(request_parameters ->> '$.authType', response_elements ->> '$.authType') IS NOT NULL)
),
urls AS (
  SELECT
    account_id,
    region,
    function_name,
    arg_max(open, (event_time, event_uuid)) AS open,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id,
    max(url) AS url
  FROM changes
  GROUP BY account_id, region, function_name, qualifier
)
SELECT
  CASE WHEN known THEN CASE WHEN len(urls) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'the URLs of function ' || resource_id || ' could not be read'
    WHEN len(urls) > 0 THEN 'function ' || resource_id || ' runs for everyone who knows ' || coalesce(nullif(array_to_string(urls, ', '), ''), 'its URL')
    ELSE 'function ' || resource_id || ' has no URL without authentication'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  urls
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(open) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  function_name AS resource_id,
  account_id,
  region,
  'function ' || function_name || CASE
    WHEN bool_or(open) THEN ' was given a URL without authentication'
    ELSE ' has no URL without authentication any more'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  coalesce(list(url ORDER BY url) FILTER (WHERE open AND url IS NOT NULL), []) AS urls
FROM urls
GROUP BY account_id, region, function_name;
