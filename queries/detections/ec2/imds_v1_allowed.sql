-- id: ec2_imds_v1_allowed
-- title: Instance allowed to hand out credentials over IMDSv1
-- severity: medium
-- status: stable
-- attack: [T1552.005, T1578.005]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The metadata options of an existing instance were changed so that session tokens are
--   optional again. A server-side request forgery on the machine is then enough to steal the
--   credentials of its role.
-- false_positives:
--   - An old agent or container that cannot speak IMDSv2.
-- blind_spots:
--   - An instance launched with IMDSv1 allowed is not shown here, nor one that was never changed.
-- triage:
--   - Who owns resource, and is it reachable from the internet?
--   - Look for calls of the instance's role, session name resource, from addresses outside of AWS after event_time.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.ModifyInstanceMetadataOptionsRequest.InstanceId', request_parameters ->> '$.instanceId') AS resource,
  coalesce(principal_arn, '?') || ' allowed IMDSv1 on '
    || coalesce(request_parameters ->> '$.ModifyInstanceMetadataOptionsRequest.InstanceId', request_parameters ->> '$.instanceId', '?') AS summary
FROM events
WHERE operation = 'ec2:ModifyInstanceMetadataOptions'
  AND error_code IS NULL
  AND coalesce(request_parameters ->> '$.ModifyInstanceMetadataOptionsRequest.HttpTokens', request_parameters ->> '$.httpTokens') = 'optional';
