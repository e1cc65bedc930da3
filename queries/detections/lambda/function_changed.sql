-- id: lambda_function_changed
-- title: Function, trigger or layer made, changed or deleted
-- severity: informational
-- status: stable
-- attack: [T1648]
-- requires: [management]
-- key: [principal_arn, resource, event_name]
-- description: >
--   Functions, event source mappings, aliases, URLs or layers were made, configured or
--   deleted. A fact for the timeline; one finding for each principal, function and
--   operation.
-- false_positives:
--   - Every deployment.
-- blind_spots:
--   - Changes that AWS services make for someone are left out; replaced code has a
--     finding of its own.
-- triage:
--   - See whether the same principal deploys this function on other days.
--   - "For a new function read its role: what could it do?"
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
--   - https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html

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
  coalesce(regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1'), request_parameters ->> '$.layerName') AS resource,
  regexp_replace(event_name, '20\d{6}(v\d)?$', '') AS event_name,
  count(*) AS events,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || regexp_replace(event_name, '20\d{6}(v\d)?$', '') || ' on function '
    || coalesce(coalesce(regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1'), request_parameters ->> '$.layerName'), '?') AS summary
FROM events
WHERE operation IN (
    'lambda:CreateFunction', 'lambda:DeleteFunction', 'lambda:UpdateFunctionConfiguration', 'lambda:PublishVersion', 'lambda:CreateAlias',
    'lambda:UpdateAlias', 'lambda:DeleteAlias', 'lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping',
    'lambda:DeleteEventSourceMapping', 'lambda:AddPermission', 'lambda:RemovePermission', 'lambda:PublishLayerVersion',
    'lambda:AddLayerVersionPermission', 'lambda:PutFunctionConcurrency', 'lambda:PutFunctionEventInvokeConfig'
  )
  AND error_code IS NULL
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, account_id, region, coalesce(regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1'), request_parameters ->> '$.layerName'),
  regexp_replace(event_name, '20\d{6}(v\d)?$', '');
