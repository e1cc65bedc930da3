-- id: vpc_sensitive_port_opened_to_world
-- title: Sensitive port opened to the whole internet
-- severity: high
-- status: stable
-- attack: [T1686.001, T1133]
-- requires: [management]
-- key: [principal_arn, resource, ports]
-- description: >
--   A rule of a security group now lets every address (0.0.0.0/0 or ::/0) reach a port for
--   remote administration, a database, a container or cluster API, or all ports.
-- false_positives:
--   - A bastion or a public service on such a port; test environments.
-- blind_spots:
--   - A rule that names a wide network other than /0, or a prefix list, is not seen. ModifySecurityGroupRules does not say whether a rule is for ingress; one for egress fires too. Whether a machine with a public address uses the group is not known here.
-- triage:
--   - Which machines have the group resource, and do they have a public address? Close the rule first.
--   - Did access_key_id launch machines or push SSH keys in the hour after?
--   - Look in VPC flow logs for accepted connections to ports since event_time.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.exfiltration.ec2-security-group-open-port-22-ingress/

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
    coalesce(
      request_parameters ->> '$.groupId',
      request_parameters ->> '$.groupName',
      request_parameters ->> '$.ModifySecurityGroupRulesRequest.GroupId'
    ) AS resource,
    -- EC2 writes a list of rules, one rule as an object, or the rule flat in the request.
    CASE
      WHEN json_type(request_parameters, '$.ipPermissions.items') = 'ARRAY'
        THEN json_extract(request_parameters, '$.ipPermissions.items[*]')
      WHEN json_type(request_parameters, '$.ModifySecurityGroupRulesRequest.SecurityGroupRule') = 'ARRAY'
        THEN json_extract(request_parameters, '$.ModifySecurityGroupRulesRequest.SecurityGroupRule[*].SecurityGroupRule')
      WHEN json_type(request_parameters, '$.ModifySecurityGroupRulesRequest.SecurityGroupRule') = 'OBJECT'
        THEN [json_extract(request_parameters, '$.ModifySecurityGroupRulesRequest.SecurityGroupRule.SecurityGroupRule')]
      ELSE [json_extract(request_parameters, '$')]
    END AS rules
  FROM events
  WHERE operation IN ('ec2:AuthorizeSecurityGroupIngress', 'ec2:ModifySecurityGroupRules')
    AND error_code IS NULL
),
each_rule AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    unnest(rules) AS rule
  FROM changes
),
open_rules AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    coalesce(rule ->> '$.ipProtocol', rule ->> '$.IpProtocol') AS protocol,
    TRY_CAST(coalesce(rule ->> '$.fromPort', rule ->> '$.FromPort') AS INTEGER) AS from_port,
    TRY_CAST(coalesce(rule ->> '$.toPort', rule ->> '$.ToPort') AS INTEGER) AS to_port
  FROM each_rule
  WHERE regexp_matches(CAST(rule AS VARCHAR), '"[0-9a-fA-F.:]+/0"')
),
named_rules AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    protocol,
    from_port,
    to_port,
    CASE
      WHEN protocol = '-1' THEN 'all'
      WHEN from_port = to_port THEN CAST(from_port AS VARCHAR)
      ELSE from_port || '-' || to_port
    END AS port_text
  FROM open_rules
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
  string_agg(DISTINCT port_text, ', ' ORDER BY port_text) AS ports,
  coalesce(principal_arn, '?') || ' opened port ' || string_agg(DISTINCT port_text, ', ' ORDER BY port_text) || ' of ' || coalesce(resource, '?') || ' to the whole internet' AS summary
FROM named_rules
WHERE protocol = '-1'
  OR (
    protocol IN ('tcp', 'udp', '6', '17')
    AND len(list_filter(
      -- Shells and remote desktops; directory and file shares; databases; container, cluster and cache APIs.
      [20, 21, 22, 23, 3389, 5900, 5985, 5986, 135, 139, 389, 445, 2049, 873,
       1433, 1521, 3306, 5432, 5439, 6379, 9200, 9300, 11211, 27017, 9042, 5984, 7000, 8086, 2375, 2376, 2379, 6443, 10250, 4444],
      lambda port: port BETWEEN from_port AND to_port
    )) > 0
  )
GROUP BY
  event_time,
  event_id,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource;
