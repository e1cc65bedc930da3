-- id: vpc_network_joined_to_unknown_account
-- title: Network joined to an account that is not known
-- severity: medium
-- status: stable
-- attack: [T1199, T1133]
-- requires: [management]
-- key: [principal_arn, resource, other_account]
-- description: >
--   A VPC peering, a transit gateway peering or an endpoint service was opened between the
--   network and an account that is neither in the case nor named as known. It lasts after all
--   keys are changed.
-- false_positives:
--   - Connections to vendors and partners; name their accounts as known.
-- blind_spots:
--   - Accounts whose logs are in the case count as the organization's own. Shares by Resource Access Manager are not seen here. Accepting a peering shows the other side in the answer only.
-- triage:
--   - Who owns other_account? Ask the network team before anything else.
--   - Look for CreateRoute to the new connection by the same principal_arn in the hours after.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayPeeringAttachment.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html

WITH joins AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    event_name,
    coalesce(
      request_parameters ->> '$.vpcId',
      request_parameters ->> '$.vpcPeeringConnectionId',
      request_parameters ->> '$.CreateTransitGatewayPeeringAttachmentRequest.TransitGatewayId',
      request_parameters ->> '$.AcceptTransitGatewayPeeringAttachmentRequest.TransitGatewayAttachmentId',
      request_parameters ->> '$.AcceptTransitGatewayVpcAttachmentRequest.TransitGatewayAttachmentId',
      request_parameters ->> '$.ModifyVpcEndpointServicePermissionsRequest.ServiceId'
    ) AS resource,
    -- Every account that the request or the answer names in a field of ownership.
    unnest(list_distinct(
      regexp_extract_all(coalesce(request_parameters, '') || coalesce(response_elements, ''), '"(?:peerOwnerId|PeerAccountId|ownerId|OwnerId|vpcOwnerId)":"([0-9]{12})"', 1)
      || CASE
        WHEN operation = 'ec2:ModifyVpcEndpointServicePermissions'
          THEN regexp_extract_all(request_parameters, '(?:arn:aws[a-z-]*:iam::)([0-9]{12}):', 1)
        ELSE []
      END
    )) AS other_account
  FROM events
  WHERE operation IN (
      'ec2:CreateVpcPeeringConnection', 'ec2:AcceptVpcPeeringConnection', 'ec2:CreateTransitGatewayPeeringAttachment',
      'ec2:AcceptTransitGatewayPeeringAttachment', 'ec2:AcceptTransitGatewayVpcAttachment', 'ec2:ModifyVpcEndpointServicePermissions'
    )
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
  other_account,
  coalesce(principal_arn, '?') || ' joined ' || coalesce(resource, '?') || ' to account ' || other_account || ' (' || event_name || ')' AS summary
FROM joins
WHERE other_account IS DISTINCT FROM account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS own WHERE own.account_id = other_account)
  AND NOT EXISTS (SELECT 1 FROM known AS named WHERE named.kind = 'account_id' AND named.value = other_account);
