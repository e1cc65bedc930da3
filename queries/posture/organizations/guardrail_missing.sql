-- id: organizations_guardrail_missing
-- title: Guardrail of the organization taken away during the incident
-- kind: posture
-- check: ORG-01
-- severity: critical
-- status: stable
-- resource_type: AWS::Organizations::Policy
-- changed_by: [organizations:DetachPolicy, organizations:AttachPolicy, organizations:UpdatePolicy, organizations:DeletePolicy, organizations:DisablePolicyType, organizations:EnablePolicyType, organizations:LeaveOrganization, organizations:RemoveAccountFromOrganization]
-- remediation: aws organizations attach-policy --policy-id {resource_id} --target-id {target_id}
-- why: What service control policies forbid stops intruders who are administrators; without them nothing does.
-- gone: fail
-- description: >
--   A control policy of the organization was detached and neither attached again nor
--   replaced, was deleted, or was written anew without a single Deny; a type of policies
--   was switched off; or an account left the organization. All of it within the incident's
--   time, or while nobody knows that.
-- blind_spots:
--   - A policy counts as replaced where another one was attached to the same target within an hour and still is, whatever it says.
--   - A policy that was replaced and then deleted fails, where it was looked up.
--   - An account that was moved below another unit loses policies unseen.
-- references:
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
--   - https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html

WITH incident AS (
  SELECT
    since IS NOT NULL OR until IS NOT NULL AS known,
    coalesce(since, TIMESTAMP '1970-01-01 00:00:00') AS since,
    coalesce(until, TIMESTAMP '9999-12-31 00:00:00') AS until
  FROM scope
),
steps AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.operation,
    coalesce(e.principal_arn, e.identity_type, 'somebody') AS who,
    e.request_parameters ->> '$.policyId' AS policy_id,
    e.request_parameters ->> '$.targetId' AS target_id,
    e.request_parameters ->> '$.rootId' AS root_id,
    e.request_parameters ->> '$.policyType' AS policy_type,
    e.request_parameters ->> '$.accountId' AS member_id,
    json_extract(e.request_parameters, '$.content') AS content,
    -- What was done outside the incident's time is the organization's own doing.
    NOT i.known OR (e.event_time >= i.since AND e.event_time < i.until) AS counts
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN (
      'organizations:AttachPolicy', 'organizations:DetachPolicy', 'organizations:UpdatePolicy', 'organizations:DeletePolicy',
      'organizations:DisablePolicyType', 'organizations:EnablePolicyType',
      'organizations:LeaveOrganization', 'organizations:RemoveAccountFromOrganization'
    )
    AND e.error_code IS NULL
),
-- What was done last with a policy and what it is attached to.
attachments AS (
  SELECT event_time, event_id, account_id, region, operation, policy_id, target_id, counts
  FROM steps
  WHERE operation IN ('organizations:AttachPolicy', 'organizations:DetachPolicy')
    AND policy_id IS NOT NULL
    AND target_id IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, policy_id, target_id ORDER BY event_time DESC, event_id DESC) = 1
),
detached AS (
  SELECT
    a.account_id,
    a.policy_id,
    max(a.region) AS region,
    max(a.event_time) AS changed_at,
    list(a.target_id ORDER BY a.event_time, a.event_id) FILTER (WHERE a.operation = 'organizations:DetachPolicy' AND a.counts AND r.target_id IS NULL) AS targets,
    list(a.event_id ORDER BY a.event_time, a.event_id) FILTER (WHERE a.operation = 'organizations:DetachPolicy') AS event_ids,
    list(a.event_id ORDER BY a.event_time, a.event_id) AS all_ids
  FROM attachments AS a
  -- The policies that allow everything guard nothing.
  LEFT JOIN (
    SELECT DISTINCT b.account_id, b.target_id, b.policy_id, b.event_time
    FROM attachments AS b
    WHERE b.operation = 'organizations:AttachPolicy'
      AND b.policy_id NOT IN ('p-FullAWSAccess', 'p-RCPFullAWSAccess')
  ) AS r
    ON r.account_id = a.account_id AND r.target_id = a.target_id AND r.policy_id <> a.policy_id
    AND r.event_time BETWEEN a.event_time - INTERVAL 1 HOUR AND a.event_time + INTERVAL 1 HOUR
  WHERE a.policy_id NOT IN ('p-FullAWSAccess', 'p-RCPFullAWSAccess')
  GROUP BY a.account_id, a.policy_id
),
rewritten AS (
  SELECT
    account_id,
    policy_id,
    region,
    event_time AS changed_at,
    event_id,
    counts AND len(policy_statements(content)) > 0
      AND len(list_filter(policy_statements(content), lambda s: (s ->> '$.Effect') = 'Deny')) = 0 AS emptied
  FROM steps
  WHERE operation = 'organizations:UpdatePolicy'
    AND content IS NOT NULL
    AND policy_id IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY account_id, policy_id ORDER BY event_time DESC, event_id DESC) = 1
),
deleted AS (
  SELECT account_id, policy_id, max(event_time) AS changed_at, arg_max(event_id, event_time) AS event_id
  FROM steps
  WHERE operation = 'organizations:DeletePolicy'
  GROUP BY account_id, policy_id
),
logged AS (
  SELECT
    coalesce(d.account_id, w.account_id) AS account_id,
    coalesce(d.policy_id, w.policy_id) AS policy_id,
    coalesce(d.region, w.region) AS region,
    list_max(list_filter([d.changed_at, w.changed_at, x.changed_at], lambda t: t IS NOT NULL)) AS changed_at,
    coalesce(d.targets, []) AS targets,
    coalesce(w.emptied, false) AS emptied,
    x.policy_id IS NOT NULL AS gone,
    coalesce(d.event_ids, d.all_ids, []) || list_filter([w.event_id, x.event_id], lambda id: id IS NOT NULL) AS event_ids
  FROM detached AS d
  FULL JOIN rewritten AS w ON w.account_id = d.account_id AND w.policy_id = d.policy_id
  LEFT JOIN deleted AS x ON x.account_id = coalesce(d.account_id, w.account_id) AND x.policy_id = coalesce(d.policy_id, w.policy_id)
),
policies AS (
  SELECT
    CASE WHEN l.policy_id IS NULL THEN 'config' ELSE 'joined' END AS basis,
    s.captured_at AS as_of,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Targets') IS NOT NULL AS known,
    list_filter(coalesce(l.targets, []), lambda t: NOT list_contains(s.config ->> '$.Targets[*].TargetId', t)) AS targets,
    coalesce(l.emptied, false) AND len(list_filter(policy_statements(s.config -> '$.Policy.Content'), lambda p: (p ->> '$.Effect') = 'Deny')) = 0 AS emptied,
    false AS gone,
    s.config ->> '$.Policy.PolicySummary.Name' AS name,
    coalesce(l.event_ids, CAST([] AS VARCHAR[])) AS event_ids
  FROM snapshots AS s
  LEFT JOIN logged AS l ON l.account_id = s.account_id AND l.policy_id = s.resource_id
  WHERE s.resource_type = 'AWS::Organizations::Policy'
    AND s.status = 'found'
    AND coalesce(s.config ->> '$.Policy.PolicySummary.AwsManaged', 'false') <> 'true'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    changed_at AS as_of,
    policy_id AS resource_id,
    account_id,
    region,
    true AS known,
    targets,
    emptied,
    gone,
    event_ids
  FROM logged
),
policy_types AS (
  SELECT
    account_id,
    root_id,
    max(region) AS region,
    max(event_time) AS changed_at,
    list(policy_type ORDER BY event_time) FILTER (WHERE operation = 'organizations:DisablePolicyType' AND counts) AS disabled,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM (
    SELECT event_time, event_id, account_id, region, operation, root_id, policy_type, counts
    FROM steps
    WHERE operation IN ('organizations:DisablePolicyType', 'organizations:EnablePolicyType')
      AND policy_type IN ('SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY', 'DECLARATIVE_POLICY_EC2')
    QUALIFY row_number() OVER (PARTITION BY account_id, root_id, policy_type ORDER BY event_time DESC, event_id DESC) = 1
  ) AS t
  WHERE root_id IS NOT NULL
  GROUP BY account_id, root_id
),
left_behind AS (
  SELECT
    coalesce(member_id, account_id) AS member_id,
    account_id,
    region,
    event_time,
    event_id,
    who,
    operation,
    counts
  FROM steps
  WHERE operation IN ('organizations:LeaveOrganization', 'organizations:RemoveAccountFromOrganization')
  QUALIFY row_number() OVER (PARTITION BY coalesce(member_id, account_id) ORDER BY event_time DESC, event_id DESC) = 1
),
members AS (
  SELECT resource_id AS member_id, max(captured_at) AS captured_at
  FROM snapshots
  WHERE resource_type = 'AWS::Organizations::Account'
    AND status = 'found'
  GROUP BY resource_id
)
SELECT
  CASE WHEN len(targets) > 0 OR emptied THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  'AWS::Organizations::Policy' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  'policy ' || coalesce(name, resource_id) || CASE
    WHEN len(targets) > 0 THEN ' was detached from ' || array_to_string(targets, ', ') || CASE WHEN gone THEN ', and deleted' ELSE ', and not attached again' END
    WHEN emptied THEN ' was written anew, and denies nothing any more'
    WHEN NOT known THEN ' has targets that could not be read'
    ELSE ' was not taken away in the incident''s time, or was put back or replaced'
  END AS summary,
  event_ids,
  targets,
  targets[1] AS target_id,
  CASE WHEN emptied AND len(targets) = 0 THEN 'aws organizations update-policy --policy-id {resource_id} --content file://policy.json' END AS remediation
FROM policies
UNION ALL BY NAME
SELECT
  CASE WHEN len(disabled) > 0 THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  changed_at AS as_of,
  'AWS::Organizations::Root' AS resource_type,
  root_id AS resource_id,
  account_id,
  region,
  'root ' || root_id || CASE
    WHEN len(disabled) > 0 THEN ' has no policies any more of type ' || array_to_string(disabled, ', ')
    ELSE ' has its types of policies, or lost them outside the incident''s time'
  END AS summary,
  event_ids,
  disabled AS policy_types,
  'aws organizations enable-policy-type --root-id {resource_id} --policy-type {policy_types}' AS remediation
FROM policy_types
UNION ALL BY NAME
SELECT
  CASE WHEN m.captured_at > l.event_time OR NOT l.counts THEN 'PASS' ELSE 'FAIL' END AS status,
  CASE WHEN m.captured_at > l.event_time THEN 'joined' ELSE 'logs' END AS basis,
  greatest(l.event_time, coalesce(m.captured_at, l.event_time)) AS as_of,
  'AWS::Organizations::Account' AS resource_type,
  l.member_id AS resource_id,
  l.account_id,
  l.region,
  'account ' || l.member_id || CASE
    WHEN m.captured_at > l.event_time THEN ' is in the organization again'
    WHEN l.operation = 'organizations:LeaveOrganization' THEN ' left the organization: ' || l.who || ' made it'
    ELSE ' was removed from the organization by ' || l.who
  END AS summary,
  [l.event_id] AS event_ids,
  'aws organizations invite-account-to-organization --target Id={resource_id},Type=ACCOUNT' AS remediation
FROM left_behind AS l
LEFT JOIN members AS m ON m.member_id = l.member_id;
