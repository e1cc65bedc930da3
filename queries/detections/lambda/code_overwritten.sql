-- id: lambda_code_overwritten
-- title: Code of a function overwritten
-- severity: low
-- status: stable
-- attack: [T1525, T1648]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The code of a function was replaced directly, and not by CloudFormation for
--   someone. Every deployment does this; it matters when the principal is not the one
--   that deploys. One finding for each principal and function.
-- false_positives:
--   - Deployments by a pipeline, Terraform or a developer.
-- blind_spots:
--   - Code that a function loads at run time.
-- triage:
--   - Compare principal_arn with who changed this function on other days of the case.
--   - "Look at what the role of the function did in the hour after: IAM calls above
--     all."
--   - Compare codeSha256 in response_elements with the build.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.lambda-overwrite-code/

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
  regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1') AS resource,
  count(*) AS deployments,
  arg_max(response_elements ->> '$.codeSha256', event_time) AS code_sha256,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' replaced the code of function ' || coalesce(regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1'), '?') AS summary
FROM events
WHERE operation = 'lambda:UpdateFunctionCode'
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND coalesce(lower(request_parameters ->> '$.dryRun'), 'false') <> 'true'
GROUP BY principal_arn, identity_type, account_id, region, regexp_replace(coalesce(response_elements ->> '$.functionName', request_parameters ->> '$.functionName'), '^.*:function:([^:]+).*$', '\1');
