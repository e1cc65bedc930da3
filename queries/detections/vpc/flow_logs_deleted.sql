-- id: vpc_flow_logs_deleted
-- title: VPC flow logs deleted
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Somebody deleted the record of network traffic. What machines sent where after this moment
--   is not known.
-- false_positives:
--   - Teardown of a network together with its VPC; a move to another destination for the logs.
-- blind_spots:
--   - Removing the log group, the bucket or the permission to write silences flow logs as well and is another event.
-- triage:
--   - Was the VPC deleted within the hour by the same access_key_id? Then it is a teardown.
--   - What did the same principal do in the hour after, above all RunInstances, CreateSnapshot and GetObject?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.defense-evasion.vpc-remove-flow-logs/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  array_to_string(regexp_extract_all(request_parameters, '"(fl-[0-9a-z]+)"', 1), ', ') AS resource,
  coalesce(principal_arn, '?') || ' deleted the VPC flow logs ' || array_to_string(regexp_extract_all(request_parameters, '"(fl-[0-9a-z]+)"', 1), ', ') AS summary
FROM events
WHERE operation = 'ec2:DeleteFlowLogs'
  AND error_code IS NULL
  AND invoked_by IS DISTINCT FROM 'cloudformation.amazonaws.com';
