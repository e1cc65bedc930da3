-- id: route53_query_logging_removed
-- title: DNS query logs or the DNS firewall switched off
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   The configuration that logs DNS queries of VPCs or of a hosted zone was deleted or taken
--   off a VPC, or a DNS firewall was taken off one. Queries to command servers and tunnels
--   leave no trace from then on.
-- false_positives:
--   - Removal of a VPC together with its logging.
-- blind_spots:
--   - Whether another configuration still logs the same VPC is not in the event.
-- triage:
--   - Which VPCs did resource log, and what did the machines in them do since event_time
--     (flow logs)?
--   - List every event by access_key_id in the hour before and after.
-- references:
--   - https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverQueryLogConfig.html
--   - https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteQueryLoggingConfig.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.defense-evasion.dns-delete-logs/

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
    response_elements ->> '$.resolverQueryLogConfig.name',
    request_parameters ->> '$.resolverQueryLogConfigId',
    request_parameters ->> '$.id',
    request_parameters ->> '$.firewallRuleGroupAssociationId'
  ) AS resource,
  response_elements ->> '$.resolverQueryLogConfig.destinationArn' AS destination,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' called ' || event_name || ' on ' || coalesce(
    response_elements ->> '$.resolverQueryLogConfig.name',
    request_parameters ->> '$.resolverQueryLogConfigId',
    request_parameters ->> '$.id',
    request_parameters ->> '$.firewallRuleGroupAssociationId',
    '?'
  ) AS summary
FROM events
WHERE operation IN (
    'route53resolver:DeleteResolverQueryLogConfig',
    'route53resolver:DisassociateResolverQueryLogConfig',
    'route53resolver:DisassociateFirewallRuleGroup',
    'route53:DeleteQueryLoggingConfig'
  )
  AND error_code IS NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%';
