-- id: vpc_network_acl_opened_to_world
-- title: Network ACL lets the whole internet in on a sensitive port
-- severity: medium
-- status: stable
-- attack: [T1686.001]
-- requires: [management]
-- key: [principal_arn, resource, ports]
-- description: >
--   An inbound rule of a network ACL now allows every address to all ports, or to a range with
--   SSH, RDP or a database port. Together with an open security group it exposes the subnet.
-- false_positives:
--   - Templates that set up subnets with an ACL that allows all and leave the filtering to security groups.
-- blind_spots:
--   - A default network ACL allows everything from the start and leaves no such event. Rule order is not evaluated; an earlier deny may still hold.
-- triage:
--   - Which subnets use resource, and what stands in them?
--   - Was a deny rule removed by the same access_key_id (DeleteNetworkAclEntry, ReplaceNetworkAclEntry) around event_time?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html

WITH entries AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.networkAclId' AS resource,
    coalesce(request_parameters ->> '$.aclProtocol', request_parameters ->> '$.protocol') AS protocol,
    TRY_CAST(request_parameters ->> '$.portRange.from' AS INTEGER) AS from_port,
    TRY_CAST(request_parameters ->> '$.portRange.to' AS INTEGER) AS to_port
  FROM events
  WHERE operation IN ('ec2:CreateNetworkAclEntry', 'ec2:ReplaceNetworkAclEntry')
    AND error_code IS NULL
    AND (request_parameters ->> '$.egress') = 'false'
    AND (request_parameters ->> '$.ruleAction') = 'allow'
    AND (
      (request_parameters ->> '$.cidrBlock') LIKE '%/0'
      OR (request_parameters ->> '$.ipv6CidrBlock') LIKE '%/0'
    )
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
  CASE
    WHEN protocol = '-1' THEN 'all'
    ELSE from_port || '-' || to_port
  END AS ports,
  coalesce(principal_arn, '?') || ' let the whole internet into network ACL ' || coalesce(resource, '?') || ' on ports '
    || CASE WHEN protocol = '-1' THEN 'all' ELSE from_port || '-' || to_port END AS summary
FROM entries
WHERE protocol = '-1'
  OR (
    protocol IN ('6', 'tcp')
    AND len(list_filter([22, 3389, 1433, 3306, 5432, 6379, 27017], lambda port: port BETWEEN from_port AND to_port)) > 0
  );
