-- id: vpc_endpoint_policy_opened
-- title: Policy of a VPC endpoint reset or replaced by one that allows everything
-- severity: medium
-- status: stable
-- attack: [T1686.001, T1537]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The policy of a VPC endpoint was reset to full access, or replaced by one that allows
--   everybody everything without a condition. The endpoint no longer keeps data from leaving to
--   foreign accounts.
-- false_positives:
--   - Fixing an application that the policy blocked; the narrow policy should come back.
-- blind_spots:
--   - A new endpoint has full access unless it is given a policy; that is not shown.
-- triage:
--   - Which policy did resource have before? The earlier ModifyVpcEndpoint or CreateVpcEndpoint tells.
--   - Look for data events with vpcEndpointId of resource to buckets of other accounts after event_time.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
--   - https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html

WITH changes AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.ModifyVpcEndpointRequest.VpcEndpointId' AS resource,
    request_parameters ->> '$.ModifyVpcEndpointRequest.ResetPolicy' AS reset,
    regexp_replace(coalesce(request_parameters ->> '$.ModifyVpcEndpointRequest.PolicyDocument', ''), '\s', '', 'g') AS policy
  FROM events
  WHERE operation = 'ec2:ModifyVpcEndpoint'
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
  coalesce(principal_arn, '?') || CASE WHEN reset = 'true' THEN ' reset' ELSE ' opened' END
    || ' the policy of endpoint ' || coalesce(resource, '?') || ' to full access' AS summary
FROM changes
WHERE reset = 'true'
  OR (
    regexp_matches(policy, '"Effect":"Allow"')
    AND regexp_matches(policy, '"Principal":(?:"\*"|\{"AWS":(?:"\*"|\["\*"\])\})')
    AND regexp_matches(policy, '"Action":(?:"\*"|\["\*"\])')
    AND regexp_matches(policy, '"Resource":(?:"\*"|\["\*"\])')
    AND NOT regexp_matches(policy, '"Condition":')
  );
