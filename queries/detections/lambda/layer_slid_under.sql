-- id: lambda_layer_slid_under
-- title: Layer put under a function without a deployment of its code
-- severity: medium
-- status: stable
-- attack: [T1546, T1525]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The layers of a function were set directly, and nobody deployed code of that
--   function in the quarter of an hour around it. A layer or extension runs inside the
--   function with its role and sees every request; the code itself stays as it was.
-- false_positives:
--   - Adding a monitoring extension by hand or by a tool that changes only the
--     configuration.
-- blind_spots:
--   - A layer that comes with a deployment of the code.
--   - Changes that CloudFormation makes for someone are left out.
-- triage:
--   - See who published the layer (PublishLayerVersion) and from which account its ARN
--     is.
--   - Look for activity of the role of the function from new addresses after
--     event_time.
--   - Download the layer and look at what is in extensions/.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.lambda-layer-extension/

WITH changes AS (
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
    invoked_by,
    regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1') AS resource,
    CASE WHEN json_type(request_parameters, '$.layers') = 'ARRAY' THEN json_extract_string(request_parameters, '$.layers[*]') END AS layers
  FROM events
  WHERE operation IN ('lambda:UpdateFunctionConfiguration', 'lambda:UpdateFunctionCode')
    AND error_code IS NULL
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  array_to_string(layers, ', ') AS layers,
  coalesce(regexp_extract(array_to_string(list_filter(layers, lambda l : split_part(l, ':', 5) <> account_id), ' '), ':(\d{12}):', 1), '') AS foreign_account,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' put layers under function ' || coalesce(resource, '?') || ': ' || array_to_string(layers, ', ') AS summary
FROM changes AS c
WHERE operation = 'lambda:UpdateFunctionConfiguration'
  AND len(layers) > 0
  AND invoked_by IS NULL
  AND NOT EXISTS (
    SELECT 1
    FROM changes AS d
    WHERE d.operation = 'lambda:UpdateFunctionCode'
      AND d.resource = c.resource
      AND d.account_id = c.account_id
      AND d.region = c.region
      AND d.event_time BETWEEN c.event_time - INTERVAL 15 MINUTES AND c.event_time + INTERVAL 15 MINUTES
  );
