-- id: lambda_function_opened
-- title: Function opened to everyone or to a foreign account
-- severity: high
-- status: stable
-- attack: [T1546, T1648, T1098]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The policy of a function was extended so that everyone, without a condition, or an
--   account that is neither in this case nor known may call it or change it, or its
--   URL was set to need no authentication.
-- false_positives:
--   - A public web endpoint on purpose; a partner account that is not yet named as
--     known.
-- blind_spots:
--   - Layers that are shared.
--   - Permissions for an organization or a service are not reported.
-- triage:
--   - "Read action in request_parameters: InvokeFunction lets callers run it,
--     UpdateFunctionCode lets them replace it."
--   - See who changed the code of the function in the day before and after.
--   - Look for Invoke events of the function by callers of the other account.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.lambda-backdoor-function/

WITH grants AS (
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
    regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1') AS resource,
    CASE
      WHEN operation IN ('lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig')
      THEN CASE WHEN (request_parameters ->> '$.authType') = 'NONE' THEN 'everyone' END
      WHEN (request_parameters ->> '$.principal') = '*' THEN 'everyone'
      ELSE regexp_extract(request_parameters ->> '$.principal', '(?:^|::)(\d{12})(?:$|:)', 1)
    END AS grantee,
    coalesce(request_parameters ->> '$.action', 'its URL') AS action
  FROM events
  WHERE operation IN ('lambda:AddPermission', 'lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig')
    AND error_code IS NULL
    AND (request_parameters ->> '$.principalOrgID') IS NULL
    AND (
      (request_parameters ->> '$.principal') IS DISTINCT FROM '*'
      OR coalesce(request_parameters ->> '$.sourceAccount', request_parameters ->> '$.sourceArn') IS NULL
    )
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  resource,
  string_agg(DISTINCT grantee, ', ' ORDER BY grantee) AS grantees,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' opened function ' || coalesce(resource, '?') || ' to ' || string_agg(DISTINCT grantee, ', ' ORDER BY grantee)
    || ' for ' || string_agg(DISTINCT action, ', ' ORDER BY action) AS summary
FROM grants
WHERE grantee <> ''
  AND grantee <> account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = grantee)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = grantee)
GROUP BY principal_arn, identity_type, account_id, region, resource;
