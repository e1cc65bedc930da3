-- id: vpc_network_reaches_out
-- title: Network joined to a foreign account, or mirrored
-- kind: posture
-- check: NET-01
-- severity: high
-- status: stable
-- resource_type: AWS::EC2::VPC
-- changed_by: [ec2:CreateVpcPeeringConnection, ec2:AcceptVpcPeeringConnection, ec2:DeleteVpcPeeringConnection, ec2:RejectVpcPeeringConnection, ec2:CreateTrafficMirrorSession, ec2:DeleteTrafficMirrorSession, ec2:ModifyVpcEndpointServicePermissions, ec2:CreateTransitGatewayPeeringAttachment, ec2:AcceptTransitGatewayPeeringAttachment]
-- remediation: aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id {peering} --region {region}
-- why: A foreign network that is joined reaches private machines without passing any door, and a mirror sends away what they say.
-- description: >
--   A VPC is joined by a peering to one of an account that is none of the organization's, or
--   its traffic is mirrored; an endpoint service lets a foreign account in; a transit gateway
--   is joined to a foreign one.
-- blind_spots:
--   - Transit gateways that were shared through Resource Access Manager are not seen.
--   - Whether routes and security groups let anything through is not looked at.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
-- references:
--   - https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html
--   - https://docs.aws.amazon.com/vpc/latest/mirroring/what-is-traffic-mirroring.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Peerings') IS NOT NULL AND (s.config -> '$.TrafficMirrorSessions') IS NOT NULL AS known,
    list_filter(
      json_items(s.config -> '$.Peerings'),
      lambda p: coalesce(p ->> '$.Status.Code', '') NOT IN ('deleted', 'deleting', 'rejected', 'expired', 'failed')
        AND len(list_filter(
          [p ->> '$.AccepterVpcInfo.OwnerId', p ->> '$.RequesterVpcInfo.OwnerId'],
          lambda o: o IS NOT NULL AND NOT list_contains(own.ids, o)
        )) > 0
    ) AS foreign_peerings,
    list_transform(json_items(s.config -> '$.TrafficMirrorSessions'), lambda m: m ->> '$.TrafficMirrorSessionId') AS mirrors,
    own.ids AS own_ids
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::EC2::VPC'
    AND s.status = 'found'
),
described AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    list_transform(foreign_peerings, lambda p: p ->> '$.VpcPeeringConnectionId') AS peerings,
    list_sort(list_distinct(list_filter(
      flatten(list_transform(foreign_peerings, lambda p: [p ->> '$.AccepterVpcInfo.OwnerId', p ->> '$.RequesterVpcInfo.OwnerId'])),
      lambda o: o IS NOT NULL AND NOT list_contains(own_ids, o)
    ))) AS foreign_accounts,
    mirrors
  FROM looked
),
-- What joins something to a foreign account, and what takes it back: by the id of the way.
steps AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    'AWS::EC2::VPC' AS resource_type,
    CASE operation
      WHEN 'ec2:CreateVpcPeeringConnection'
        THEN coalesce(request_parameters ->> '$.vpcId', response_elements ->> '$.vpcPeeringConnection.requesterVpcInfo.vpcId')
      ELSE response_elements ->> '$.vpcPeeringConnection.accepterVpcInfo.vpcId'
    END AS resource_id,
    coalesce(response_elements ->> '$.vpcPeeringConnection.vpcPeeringConnectionId', request_parameters ->> '$.vpcPeeringConnectionId') AS way,
    coalesce(
      CASE operation
        WHEN 'ec2:CreateVpcPeeringConnection' THEN coalesce(request_parameters ->> '$.peerOwnerId', response_elements ->> '$.vpcPeeringConnection.accepterVpcInfo.ownerId')
        ELSE response_elements ->> '$.vpcPeeringConnection.requesterVpcInfo.ownerId'
      END,
      account_id
    ) AS other,
    operation IN ('ec2:CreateVpcPeeringConnection', 'ec2:AcceptVpcPeeringConnection') AS opens
  FROM events
  WHERE operation IN (
      'ec2:CreateVpcPeeringConnection', 'ec2:AcceptVpcPeeringConnection', 'ec2:DeleteVpcPeeringConnection', 'ec2:RejectVpcPeeringConnection'
    )
    AND error_code IS NULL
  UNION ALL
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    'AWS::EC2::TrafficMirrorSession' AS resource_type,
    coalesce(
      response_elements ->> '$.CreateTrafficMirrorSessionResponse.trafficMirrorSession.trafficMirrorSessionId',
      request_parameters ->> '$.DeleteTrafficMirrorSessionRequest.TrafficMirrorSessionId'
    ) AS resource_id,
    coalesce(
      response_elements ->> '$.CreateTrafficMirrorSessionResponse.trafficMirrorSession.trafficMirrorSessionId',
      request_parameters ->> '$.DeleteTrafficMirrorSessionRequest.TrafficMirrorSessionId'
    ) AS way,
    'mirror' AS other,
    operation = 'ec2:CreateTrafficMirrorSession' AS opens
  FROM events
  WHERE operation IN ('ec2:CreateTrafficMirrorSession', 'ec2:DeleteTrafficMirrorSession')
    AND error_code IS NULL
  UNION ALL
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    'AWS::EC2::TransitGatewayAttachment' AS resource_type,
    coalesce(
      regexp_extract(response_elements, '"transitGatewayAttachmentId":\s*"(tgw-attach-[0-9a-z]+)"', 1),
      regexp_extract(request_parameters, '"TransitGatewayAttachmentId":\s*"(tgw-attach-[0-9a-z]+)"', 1)
    ) AS resource_id,
    coalesce(
      regexp_extract(response_elements, '"transitGatewayAttachmentId":\s*"(tgw-attach-[0-9a-z]+)"', 1),
      regexp_extract(request_parameters, '"TransitGatewayAttachmentId":\s*"(tgw-attach-[0-9a-z]+)"', 1)
    ) AS way,
    coalesce(
      list_filter(
        regexp_extract_all(coalesce(request_parameters, '') || coalesce(response_elements, ''), '"(?:PeerAccountId|ownerId)":\s*"([0-9]{12})"', 1),
        lambda o: o <> account_id
      )[1],
      account_id
    ) AS other,
    operation IN ('ec2:CreateTransitGatewayPeeringAttachment', 'ec2:AcceptTransitGatewayPeeringAttachment') AS opens
  FROM events
  WHERE operation IN (
      'ec2:CreateTransitGatewayPeeringAttachment', 'ec2:AcceptTransitGatewayPeeringAttachment', 'ec2:DeleteTransitGatewayPeeringAttachment',
      'ec2:RejectTransitGatewayPeeringAttachment'
    )
    AND error_code IS NULL
),
-- Whom an endpoint service lets in.
permitted AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    request_parameters ->> '$.ModifyVpcEndpointServicePermissionsRequest.ServiceId' AS service_id,
    json_items(json_extract(request_parameters, '$.ModifyVpcEndpointServicePermissionsRequest.AddAllowedPrincipals')) AS added,
    json_items(json_extract(request_parameters, '$.ModifyVpcEndpointServicePermissionsRequest.RemoveAllowedPrincipals')) AS removed
  FROM events
  WHERE operation = 'ec2:ModifyVpcEndpointServicePermissions'
    AND error_code IS NULL
),
grants AS (
  SELECT event_time, event_id, event_uuid, account_id, region, service_id, true AS opens, unnest(added) AS item FROM permitted
  UNION ALL
  SELECT event_time, event_id, event_uuid, account_id, region, service_id, false AS opens, unnest(removed) AS item FROM permitted
),
all_steps AS (
  SELECT event_time, event_id, event_uuid, account_id, region, resource_type, resource_id, way, other, opens FROM steps
  UNION ALL
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    'AWS::EC2::VPCEndpointService' AS resource_type,
    service_id AS resource_id,
    service_id || ' ' || coalesce(item ->> '$.content', item ->> '$') AS way,
    CASE
      WHEN coalesce(item ->> '$.content', item ->> '$') = '*' THEN 'everyone'
      ELSE regexp_extract(coalesce(item ->> '$.content', item ->> '$'), '::([0-9]{12}):', 1)
    END AS other,
    opens
  FROM grants
),
ways AS (
  SELECT
    account_id,
    region,
    any_value(resource_type) AS resource_type,
    arg_min(resource_id, (event_time, event_uuid)) FILTER (WHERE resource_id IS NOT NULL) AS resource_id,
    way,
    arg_max(other, (event_time, event_uuid)) FILTER (WHERE opens) AS other,
    arg_max(opens, (event_time, event_uuid)) AS open,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM all_steps
  WHERE way <> ''
  GROUP BY account_id, region, way
  HAVING bool_or(opens AND other <> '' AND other NOT IN (SELECT o.account_id FROM own_accounts AS o))
)
SELECT
  CASE WHEN len(peerings) + len(mirrors) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  'AWS::EC2::VPC' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(peerings) > 0 THEN resource_id || ' is joined to account ' || array_to_string(foreign_accounts, ', ')
      || CASE WHEN len(mirrors) > 0 THEN ', and its traffic is mirrored' ELSE '' END
    WHEN len(mirrors) > 0 THEN 'the traffic of ' || resource_id || ' is mirrored'
    WHEN known THEN resource_id || ' is joined to no foreign account and not mirrored'
    ELSE 'the peerings or mirrors of ' || resource_id || ' could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  peerings,
  peerings[1] AS peering,
  mirrors,
  mirrors[1] AS mirror,
  foreign_accounts,
  -- Changes of a peering or mirror are the VPC's.
  peerings || mirrors AS related,
  CASE WHEN len(peerings) = 0 AND len(mirrors) > 0 THEN 'aws ec2 delete-traffic-mirror-session --traffic-mirror-session-id {mirror} --region {region}' END AS remediation
FROM described
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(open) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  resource_type,
  resource_id,
  account_id,
  region,
  CASE
    WHEN NOT bool_or(open) THEN 'what joined ' || resource_id || ' to others was taken back'
    WHEN resource_type = 'AWS::EC2::TrafficMirrorSession' THEN 'mirror ' || resource_id || ' was set up and sends traffic elsewhere'
    WHEN resource_type = 'AWS::EC2::VPCEndpointService' THEN 'endpoint service ' || resource_id || ' was opened to ' || string_agg(DISTINCT other, ', ' ORDER BY other) FILTER (WHERE open)
    ELSE resource_id || ' was joined to account ' || string_agg(DISTINCT other, ', ' ORDER BY other) FILTER (WHERE open)
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  coalesce(list(way ORDER BY way) FILTER (WHERE open AND resource_type = 'AWS::EC2::VPC'), []) AS peerings,
  min(way) FILTER (WHERE open AND resource_type = 'AWS::EC2::VPC') AS peering,
  coalesce(list(way ORDER BY way) FILTER (WHERE open AND resource_type = 'AWS::EC2::TrafficMirrorSession'), []) AS mirrors,
  coalesce(list(DISTINCT other ORDER BY other) FILTER (WHERE open AND other <> 'mirror'), []) AS foreign_accounts,
  CASE resource_type
    WHEN 'AWS::EC2::TrafficMirrorSession' THEN 'aws ec2 delete-traffic-mirror-session --traffic-mirror-session-id {resource_id} --region {region}'
    WHEN 'AWS::EC2::TransitGatewayAttachment' THEN 'aws ec2 delete-transit-gateway-peering-attachment --transit-gateway-attachment-id {resource_id} --region {region}'
    WHEN 'AWS::EC2::VPCEndpointService' THEN 'aws ec2 modify-vpc-endpoint-service-permissions --service-id {resource_id} --remove-allowed-principals ALLOWED_PRINCIPALS --region {region}'
  END AS remediation
FROM ways
WHERE resource_id <> ''
GROUP BY account_id, region, resource_type, resource_id;
