-- id: glue_dev_endpoint_opened
-- title: Development endpoint of Glue made or given a key
-- severity: medium
-- status: stable
-- attack: [T1098.004, T1548, T1578.002]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A development endpoint was made, or an SSH key put on one. It is a machine with a
--   role that whoever holds the key can log in to: a way to that role, from the
--   internet where the endpoint is public.
-- false_positives:
--   - Data engineers with old tooling; Glue has better means now.
-- blind_spots:
--   - What is done on the machine runs as its role.
-- triage:
--   - "Read the role in request_parameters: what may it do?"
--   - Delete the endpoint if nobody knows it, and look for activity of its role.
-- references:
--   - https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDevEndpoint.html
--   - https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateDevEndpoint.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.endpointName' AS resource,
  request_parameters ->> '$.roleArn' AS role_arn,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || ' ' || coalesce(request_parameters ->> '$.endpointName', '?')
    || coalesce(' with role ' || (request_parameters ->> '$.roleArn'), ' with a new SSH key') AS summary
FROM events
WHERE operation IN ('glue:CreateDevEndpoint', 'glue:UpdateDevEndpoint')
  AND error_code IS NULL
  AND (
    operation = 'glue:CreateDevEndpoint'
    OR coalesce(request_parameters ->> '$.publicKey', request_parameters ->> '$.addPublicKeys') IS NOT NULL
  );
