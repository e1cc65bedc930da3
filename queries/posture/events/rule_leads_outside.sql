-- id: events_rule_leads_outside
-- title: Events that go to, or come from, a foreign account
-- kind: posture
-- check: EVT-01
-- severity: high
-- status: stable
-- resource_type: AWS::Events::Rule
-- changed_by: [events:PutRule, events:PutTargets, events:RemoveTargets, events:DisableRule, events:EnableRule, events:PutPermission, events:RemovePermission]
-- remediation: aws events disable-rule --name {rule_name} --event-bus-name {bus_name} --region {region}
-- why: A rule tells outsiders what happens here as it happens, and an open bus lets them set off what the account does by itself.
-- description: >
--   A rule of EventBridge has a target in an account that is none of the organization's or
--   known, or everyone or such an account may put events on a bus.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - Targets beyond an address on the internet (API destinations) are within the account.
--   - Of the logs alone, targets and permissions from before the first event are not known.
--   - An organization that a condition names is taken for the own one.
-- references:
--   - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
--   - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
--   - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked_rules AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Targets') IS NOT NULL AS known,
    s.config ->> '$.Rule.State' AS state,
    list_filter(
      s.config ->> '$.Targets[*].Arn',
      lambda arn: regexp_matches(arn, '^arn:[^:]*:[^:]*:[^:]*:[0-9]{12}:') AND NOT list_contains(own.ids, split_part(arn, ':', 5))
    ) AS targets
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::Events::Rule'
    AND s.status = 'found'
),
-- A look at a rule reads its bus, too.
looked_buses AS (
  SELECT
    s.captured_at,
    coalesce(s.config ->> '$.EventBus.Name', CASE s.resource_type WHEN 'AWS::Events::EventBus' THEN s.resource_id END) AS bus,
    s.config ->> '$.EventBus.Arn' AS bus_arn,
    s.account_id,
    s.region,
    (s.config -> '$.EventBus') IS NOT NULL AS known,
    policy_outsiders(s.config -> '$.EventBus.Policy', own.ids) AS outsiders
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type IN ('AWS::Events::Rule', 'AWS::Events::EventBus')
    AND s.status = 'found'
  QUALIFY row_number() OVER (
    PARTITION BY s.account_id, s.region, coalesce(s.config ->> '$.EventBus.Name', CASE s.resource_type WHEN 'AWS::Events::EventBus' THEN s.resource_id END)
    ORDER BY s.captured_at DESC
  ) = 1
),
-- The id of a rule has its bus before it where that is not the default one.
target_steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    CASE WHEN coalesce(regexp_extract(request_parameters ->> '$.eventBusName', '[^/]+$'), 'default') = 'default' THEN ''
      ELSE regexp_extract(request_parameters ->> '$.eventBusName', '[^/]+$') || '/' END || (request_parameters ->> '$.rule') AS rule,
    operation = 'events:PutTargets' AS added,
    unnest(CASE operation
      WHEN 'events:PutTargets' THEN list_transform(json_items(json_extract(request_parameters, '$.targets')), lambda t: {'id': t ->> '$.id', 'arn': t ->> '$.arn'})
      ELSE list_transform(json_items(json_extract(request_parameters, '$.ids')), lambda t: {'id': t ->> '$', 'arn': NULL})
    END) AS target
  FROM events
  WHERE operation IN ('events:PutTargets', 'events:RemoveTargets')
    AND error_code IS NULL
    AND (request_parameters ->> '$.rule') IS NOT NULL
),
targets AS (
  SELECT
    account_id,
    region,
    rule,
    target.id AS target_id,
    arg_max(coalesce(target.arn, ''), event_time) AS arn,
    max(target.arn) AS any_arn,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM target_steps
  GROUP BY account_id, region, rule, target.id
),
logged_rules AS (
  SELECT
    t.account_id,
    t.region,
    t.rule,
    max(t.changed_at) AS changed_at,
    list(t.arn ORDER BY t.arn) FILTER (WHERE t.arn <> '' AND regexp_matches(t.arn, '^arn:[^:]*:[^:]*:[^:]*:[0-9]{12}:') AND NOT list_contains(own.ids, split_part(t.arn, ':', 5))) AS targets,
    list(t.event_id ORDER BY t.changed_at, t.event_id) AS event_ids
  FROM targets AS t
  CROSS JOIN own
  GROUP BY t.account_id, t.region, t.rule
),
switched AS (
  SELECT
    account_id,
    region,
    CASE WHEN coalesce(regexp_extract(request_parameters ->> '$.eventBusName', '[^/]+$'), 'default') = 'default' THEN ''
      ELSE regexp_extract(request_parameters ->> '$.eventBusName', '[^/]+$') || '/' END || (request_parameters ->> '$.name') AS rule,
    max(event_time) AS switched_at,
    arg_max(operation = 'events:DisableRule' OR coalesce(request_parameters ->> '$.state', '') = 'DISABLED', event_time) AS off,
    arg_max(event_id, event_time) AS event_id
  FROM events
  WHERE operation IN ('events:DisableRule', 'events:EnableRule', 'events:PutRule')
    AND error_code IS NULL
    AND (operation <> 'events:PutRule' OR (request_parameters ->> '$.state') IS NOT NULL)
  GROUP BY ALL
),
permission_steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    coalesce(regexp_extract(request_parameters ->> '$.eventBusName', '[^/]+$'), 'default') AS bus,
    operation,
    request_parameters ->> '$.statementId' AS statement_id,
    CASE
      WHEN operation <> 'events:PutPermission' THEN NULL
      WHEN json_extract(request_parameters, '$.policy') IS NOT NULL THEN json_extract(request_parameters, '$.policy')
      -- What the parameters of the call make of a policy.
      ELSE to_json({'Statement': [{
        'Effect': 'Allow',
        'Principal': CASE request_parameters ->> '$.principal'
          WHEN '*' THEN to_json('*')
          ELSE to_json({'AWS': request_parameters ->> '$.principal'})
        END,
        'Action': request_parameters ->> '$.action',
        'Condition': CASE WHEN json_type(request_parameters, '$.condition') = 'OBJECT' THEN
          json_object(request_parameters ->> '$.condition.type', json_object(request_parameters ->> '$.condition.key', request_parameters ->> '$.condition.value'))
        END
      }]})
    END AS policy
  FROM events
  WHERE operation IN ('events:PutPermission', 'events:RemovePermission')
    AND error_code IS NULL
),
emptied AS (
  SELECT account_id, region, bus, max(event_time) AS emptied_at
  FROM permission_steps
  WHERE operation = 'events:RemovePermission'
    AND statement_id IS NULL
  GROUP BY account_id, region, bus
),
permissions AS (
  SELECT p.account_id, p.region, p.bus, p.event_time, p.event_id, p.policy, e.emptied_at
  FROM permission_steps AS p
  LEFT JOIN emptied AS e ON e.account_id = p.account_id AND e.region = p.region AND e.bus = p.bus
  QUALIFY row_number() OVER (PARTITION BY p.account_id, p.region, p.bus, p.statement_id ORDER BY p.event_time DESC, p.event_id DESC) = 1
),
logged_buses AS (
  SELECT
    p.account_id,
    p.region,
    p.bus,
    max(p.event_time) AS changed_at,
    list_sort(list_distinct(flatten(list(CASE WHEN p.policy IS NULL OR p.event_time < p.emptied_at THEN [] ELSE policy_outsiders(p.policy, own.ids) END)))) AS outsiders,
    list(p.event_id ORDER BY p.event_time, p.event_id) AS event_ids
  FROM permissions AS p
  CROSS JOIN own
  GROUP BY p.account_id, p.region, p.bus
),
rules AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    coalesce(state = 'DISABLED', false) AS off,
    targets,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked_rules
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    greatest(r.changed_at, coalesce(s.switched_at, r.changed_at)) AS as_of,
    r.rule AS resource_id,
    r.account_id,
    r.region,
    true AS known,
    coalesce(s.off, false) AS off,
    coalesce(r.targets, []) AS targets,
    CASE WHEN s.off THEN list_concat(r.event_ids, [s.event_id]) ELSE r.event_ids END AS event_ids
  FROM logged_rules AS r
  LEFT JOIN switched AS s ON s.account_id = r.account_id AND s.region = r.region AND s.rule = r.rule
),
buses AS (
  SELECT 'config' AS basis, captured_at AS as_of, bus, bus_arn, account_id, region, known, outsiders, CAST([] AS VARCHAR[]) AS event_ids
  FROM looked_buses
  WHERE bus IS NOT NULL
  UNION ALL BY NAME
  SELECT 'logs' AS basis, changed_at AS as_of, bus, account_id, region, true AS known, outsiders, event_ids
  FROM logged_buses
)
SELECT
  CASE WHEN len(targets) > 0 AND NOT off THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  'AWS::Events::Rule' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  'rule ' || resource_id || CASE
    WHEN len(targets) > 0 AND off THEN ' leads to ' || array_to_string(targets, ', ') || ', and is disabled'
    WHEN len(targets) > 0 THEN ' leads to ' || array_to_string(targets, ', ')
    WHEN known THEN ' leads to no foreign account'
    ELSE ' has targets that could not be read'
  END AS summary,
  event_ids,
  targets,
  regexp_extract(resource_id, '[^/]+$') AS rule_name,
  coalesce(nullif(regexp_extract(resource_id, '^(.+)/', 1), ''), 'default') AS bus_name
FROM rules
UNION ALL BY NAME
SELECT
  CASE WHEN len(outsiders) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  'AWS::Events::EventBus' AS resource_type,
  bus AS resource_id,
  bus_arn AS resource_arn,
  account_id,
  region,
  'bus ' || bus || CASE
    WHEN len(outsiders) > 0 THEN ' takes events from ' || replace(array_to_string(outsiders, ', '), '*', 'everyone')
    WHEN known THEN ' takes events from nobody outside'
    ELSE ' has a policy that could not be read'
  END AS summary,
  event_ids,
  outsiders,
  bus AS bus_name,
  'aws events remove-permission --event-bus-name {bus_name} --remove-all-permissions --region {region}' AS remediation
FROM buses;
