-- id: vpc_path_to_outside_added
-- title: New path between a VPC and the outside
-- severity: low
-- status: stable
-- attack: [T1133, T1578.005]
-- requires: [management]
-- key: [principal_arn, resource, operation]
-- description: >
--   Somebody added a default route, an internet gateway, a VPN, a client VPN endpoint or an
--   instance connect endpoint. Each of them makes machines reachable that were not, or lets data
--   out.
-- false_positives:
--   - Setting up networks; pipelines do most of it.
-- blind_spots:
--   - AWS services and CloudFormation are left out by invokedBy. Routes to a transit gateway or peering other than the default route are not shown.
-- triage:
--   - Is region one where the organization has networks?
--   - Where does it lead? For a VPN, who owns the address of the customer gateway?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnection.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInstanceConnectEndpoint.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  operation,
  regexp_extract(request_parameters, '"((?:rtb|vpc|cgw|vgw|tgw|subnet)-[0-9a-z]+)"', 1) AS resource,
  coalesce(principal_arn, '?') || ' called ' || event_name || ' for '
    || coalesce(nullif(regexp_extract(request_parameters, '"((?:rtb|vpc|cgw|vgw|tgw|subnet)-[0-9a-z]+)"', 1), ''), '?')
    || coalesce(' to ' || nullif(regexp_extract(request_parameters, '"((?:igw|eni|i|nat|pcx|tgw|eigw|vgw)-[0-9a-z]+)"', 1), ''), '') AS summary
FROM events
WHERE operation IN (
    'ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:AttachInternetGateway', 'ec2:CreateCustomerGateway', 'ec2:CreateVpnConnection',
    'ec2:CreateClientVpnEndpoint', 'ec2:CreateInstanceConnectEndpoint'
  )
  AND error_code IS NULL
  AND (
    operation NOT IN ('ec2:CreateRoute', 'ec2:ReplaceRoute')
    OR (request_parameters ->> '$.destinationCidrBlock') LIKE '%/0'
    OR (request_parameters ->> '$.destinationIpv6CidrBlock') LIKE '%/0'
  )
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
