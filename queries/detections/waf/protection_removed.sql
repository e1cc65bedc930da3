-- id: waf_protection_removed
-- title: Web or network firewall taken away from a resource
-- severity: medium
-- status: stable
-- attack: [T1686.001]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A web ACL was taken off a resource or deleted, its logging removed, a Network Firewall
--   deleted or taken out of subnets, or a Shield protection deleted. Traffic now reaches what
--   stood behind it.
-- false_positives:
--   - Removal of an application together with its firewall. What Firewall Manager does for
--     itself does not fire.
-- blind_spots:
--   - A web ACL whose rules are emptied or set to count (UpdateWebACL) is not seen, nor is
--     one taken off a CloudFront distribution.
-- triage:
--   - Is resource still reachable from outside, and by which address?
--   - Read the access logs of resource since event_time.
-- references:
--   - https://docs.aws.amazon.com/waf/latest/APIReference/API_DisassociateWebACL.html
--   - https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteLoggingConfiguration.html
--   - https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_DeleteFirewall.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(
    request_parameters ->> '$.resourceArn',
    request_parameters ->> '$.name',
    request_parameters ->> '$.webACLId',
    request_parameters ->> '$.firewallArn',
    request_parameters ->> '$.firewallName',
    request_parameters ->> '$.protectionId',
    request_parameters ->> '$.policyId'
  ) AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' called ' || operation || ' on ' || coalesce(
    request_parameters ->> '$.resourceArn',
    request_parameters ->> '$.name',
    request_parameters ->> '$.webACLId',
    request_parameters ->> '$.firewallArn',
    request_parameters ->> '$.firewallName',
    request_parameters ->> '$.protectionId',
    request_parameters ->> '$.policyId',
    '?'
  ) AS summary
FROM events
WHERE operation IN (
    'wafv2:DisassociateWebACL',
    'wafv2:DeleteWebACL',
    'wafv2:DeleteLoggingConfiguration',
    'waf-regional:DisassociateWebACL',
    'waf-regional:DeleteWebACL',
    'waf:DeleteWebACL',
    'network-firewall:DeleteFirewall',
    'network-firewall:DisassociateSubnets',
    'shield:DeleteProtection',
    'shield:DeleteSubscription',
    'fms:DeletePolicy'
  )
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
