-- id: ec2_admin_port_open
-- title: SSH, RDP or WinRM open to the world
-- kind: posture
-- check: EC2-02
-- severity: high
-- status: stable
-- resource_type: AWS::EC2::SecurityGroup
-- changed_by: [ec2:AuthorizeSecurityGroupIngress, ec2:RevokeSecurityGroupIngress, ec2:ModifySecurityGroupRules]
-- remediation: aws ec2 revoke-security-group-ingress --group-id {resource_id} --security-group-rule-ids {rule_ids} --region {region}
-- why: A stolen or guessed password or key is all that it takes to get onto the machines behind the group.
-- cis: ["5.3", "5.4"]
-- fsbp: [EC2.13]
-- description: >
--   A security group lets the whole internet, or half of it, in on a port by which machines
--   are administered: 22, 3389, 5985, 5986.
-- blind_spots:
--   - A group that is open on all ports is another check's.
--   - By the logs alone only rules are seen that were added within them.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
--   - https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.SecurityGroup') IS NOT NULL AS known,
    list_filter(
      json_items(config -> '$.SecurityGroup.IpPermissions'),
      lambda p: (p ->> '$.IpProtocol') IN ('tcp', 'udp')
        AND len(list_filter([22, 3389, 5985, 5986], lambda port: port BETWEEN CAST(p ->> '$.FromPort' AS INTEGER) AND CAST(p ->> '$.ToPort' AS INTEGER))) > 0
        AND NOT (CAST(p ->> '$.FromPort' AS INTEGER) <= 1 AND CAST(p ->> '$.ToPort' AS INTEGER) = 65535)
        AND regexp_matches(CAST(p AS VARCHAR), '"[0-9a-fA-F.:]+/[01]"')
    ) AS permissions,
    list_transform(
      list_filter(
        json_items(config -> '$.Rules'),
        lambda r: (r ->> '$.IsEgress') = 'false'
          AND (r ->> '$.IpProtocol') IN ('tcp', 'udp')
          AND len(list_filter([22, 3389, 5985, 5986], lambda port: port BETWEEN CAST(r ->> '$.FromPort' AS INTEGER) AND CAST(r ->> '$.ToPort' AS INTEGER))) > 0
          AND NOT (CAST(r ->> '$.FromPort' AS INTEGER) <= 1 AND CAST(r ->> '$.ToPort' AS INTEGER) = 65535)
          AND regexp_matches(coalesce(r ->> '$.CidrIpv4', r ->> '$.CidrIpv6', ''), '/[01]$')
      ),
      lambda r: r ->> '$.SecurityGroupRuleId'
    ) AS rule_ids,
    list_transform(
      permissions,
      lambda p: CASE WHEN (p ->> '$.FromPort') = (p ->> '$.ToPort') THEN p ->> '$.FromPort' ELSE (p ->> '$.FromPort') || '-' || (p ->> '$.ToPort') END
    ) AS ports
  FROM snapshots
  WHERE resource_type = 'AWS::EC2::SecurityGroup'
    AND status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    coalesce(
      request_parameters ->> '$.groupId',
      request_parameters ->> '$.ModifySecurityGroupRulesRequest.GroupId',
      json_extract_string(response_elements, '$.securityGroupRuleSet.items[0].groupId')
    ) AS group_id,
    -- EC2 writes a list of rules, one rule as an object, or the rule flat in the request.
    CASE
      WHEN json_type(request_parameters, '$.ipPermissions.items') IS NOT NULL THEN json_items(json_extract(request_parameters, '$.ipPermissions.items'))
      WHEN operation = 'ec2:ModifySecurityGroupRules' THEN json_items(json_extract(request_parameters, '$.ModifySecurityGroupRulesRequest.SecurityGroupRule'))
      ELSE [json_extract(request_parameters, '$')]
    END AS rules,
    regexp_extract_all(coalesce(request_parameters, '') || coalesce(CASE WHEN operation = 'ec2:AuthorizeSecurityGroupIngress' THEN response_elements END, ''), 'sgr-[0-9a-zA-Z]+') AS rule_ids
  FROM events
  WHERE operation IN ('ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress', 'ec2:ModifySecurityGroupRules')
    AND error_code IS NULL
),
each_rule AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    group_id,
    rule_ids,
    -- Of a change, the rule that it makes.
    coalesce(rule -> '$.SecurityGroupRule', rule) AS rule
  FROM (SELECT event_time, event_id, account_id, region, operation, group_id, rule_ids, unnest(rules) AS rule FROM changes) AS c
),
opened AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    group_id,
    rule_ids,
    coalesce(rule ->> '$.ipProtocol', rule ->> '$.IpProtocol') AS protocol,
    coalesce(rule ->> '$.fromPort', rule ->> '$.FromPort') AS from_port,
    coalesce(rule ->> '$.toPort', rule ->> '$.ToPort') AS to_port,
    regexp_extract(CAST(rule AS VARCHAR), '"([0-9a-fA-F.:]+/[01])"', 1) AS cidr
  FROM each_rule
  WHERE operation <> 'ec2:RevokeSecurityGroupIngress'
    AND group_id IS NOT NULL
    AND regexp_matches(CAST(rule AS VARCHAR), '"[0-9a-fA-F.:]+/[01]"')
    AND coalesce(rule ->> '$.ipProtocol', rule ->> '$.IpProtocol') IN ('tcp', 'udp')
    AND len(list_filter(
      [22, 3389, 5985, 5986],
      lambda port: port BETWEEN TRY_CAST(coalesce(rule ->> '$.fromPort', rule ->> '$.FromPort') AS INTEGER)
        AND TRY_CAST(coalesce(rule ->> '$.toPort', rule ->> '$.ToPort') AS INTEGER)
    )) > 0
    AND NOT (
      TRY_CAST(coalesce(rule ->> '$.fromPort', rule ->> '$.FromPort') AS INTEGER) <= 1
      AND TRY_CAST(coalesce(rule ->> '$.toPort', rule ->> '$.ToPort') AS INTEGER) = 65535
    )
),
-- A rule is closed by its id, or by being named whole.
closings AS (
  SELECT
    o.event_id AS opened_by,
    min(c.event_time) AS event_time,
    arg_min(c.event_id, c.event_time) AS event_id
  FROM opened AS o
  JOIN each_rule AS c
    ON c.account_id = o.account_id
    AND c.group_id = o.group_id
    AND c.event_time > o.event_time
    AND c.operation IN ('ec2:RevokeSecurityGroupIngress', 'ec2:ModifySecurityGroupRules')
  WHERE list_has_any(c.rule_ids, o.rule_ids)
    OR c.operation = 'ec2:RevokeSecurityGroupIngress'
    AND contains(CAST(c.rule AS VARCHAR), '"' || o.cidr || '"')
    AND (c.rule ->> '$.ipProtocol') = o.protocol
    AND (c.rule ->> '$.fromPort') = o.from_port
    AND (c.rule ->> '$.toPort') = o.to_port
  GROUP BY o.event_id
),
rules AS (
  SELECT
    o.account_id,
    o.region,
    o.group_id,
    o.rule_ids,
    o.cidr,
    CASE WHEN o.from_port = o.to_port THEN o.from_port ELSE o.from_port || '-' || o.to_port END AS ports,
    c.event_time IS NULL AS open,
    coalesce(c.event_time, o.event_time) AS changed_at,
    coalesce(c.event_id, o.event_id) AS event_id
  FROM opened AS o
  LEFT JOIN closings AS c ON c.opened_by = o.event_id
)
SELECT
  CASE WHEN known THEN CASE WHEN len(permissions) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'the rules of ' || resource_id || ' could not be read'
    WHEN len(permissions) > 0 THEN resource_id || ' lets everyone in on port ' || array_to_string(ports, ', ')
    ELSE resource_id || ' lets nobody in from everywhere to administer machines'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  rule_ids,
  ports
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(open) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  group_id AS resource_id,
  account_id,
  region,
  group_id || CASE
    WHEN bool_or(open) THEN ' was opened on port ' || string_agg(DISTINCT ports, ', ' ORDER BY ports) FILTER (WHERE open) || ' to ' || string_agg(DISTINCT cidr, ', ' ORDER BY cidr) FILTER (WHERE open)
    ELSE ' was open to everyone on port ' || string_agg(DISTINCT ports, ', ' ORDER BY ports) || ' and is closed again'
  END AS summary,
  list_distinct(list(event_id)) AS event_ids,
  list_distinct(flatten(list(rule_ids) FILTER (WHERE open))) AS rule_ids,
  list(DISTINCT ports ORDER BY ports) FILTER (WHERE open) AS ports
FROM rules
GROUP BY account_id, region, group_id;
