-- id: lambda_function_open
-- title: Function that everyone or a foreign account may invoke
-- kind: posture
-- check: LAM-01
-- severity: critical
-- status: stable
-- resource_type: AWS::Lambda::Function
-- changed_by: [lambda:AddPermission, lambda:RemovePermission]
-- remediation: aws lambda remove-permission --function-name {resource_id} --statement-id {statement_id} --region {region}
-- why: A function that somebody else may invoke lends them its role, without any key of the account.
-- fsbp: [Lambda.1]
-- description: >
--   The policy of a function, or of one of its aliases, lets everyone or an account that is
--   none of the organization's invoke or change it.
-- blind_spots:
--   - Without a look at the function, permissions from before the first event of the case are not known.
--   - What a URL without authentication opens is another check's.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
--   - https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
-- The statements of the function and its aliases, without those that are of its URL.
looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Policy') IS NOT NULL AND (config -> '$.AliasPolicies') IS NOT NULL AS known,
    list_filter(
      policy_statements(config -> '$.Policy')
        || flatten(list_transform(json_items(config -> '$.AliasPolicies'), lambda a: policy_statements(a -> '$.Policy'))),
      lambda s: NOT regexp_matches(coalesce(CAST(s -> '$.Condition' AS VARCHAR), ''), '(?i)"lambda:(FunctionUrlAuthType|InvokedViaFunctionUrl)"')
    ) AS statements,
    config -> '$.Policy' AS policy,
    json_items(config -> '$.AliasPolicies') AS aliases
  FROM snapshots
  WHERE resource_type = 'AWS::Lambda::Function'
    AND status = 'found'
),
judged AS (
  SELECT
    l.captured_at,
    l.resource_id,
    l.resource_arn,
    l.account_id,
    l.region,
    l.known,
    l.policy,
    l.aliases,
    policy_outsiders(json_object('Statement', l.statements), own.ids) AS open_to,
    list_transform(
      list_filter(l.statements, lambda s: len(policy_outsiders(json_object('Statement', [s]), own.ids)) > 0),
      lambda s: s ->> '$.Sid'
    ) AS statement_ids
  FROM looked AS l
  CROSS JOIN own
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    split_part(regexp_replace(request_parameters ->> '$.functionName', '^.*:?function:', ''), ':', 1) AS function_name,
    coalesce(request_parameters ->> '$.qualifier', '') AS qualifier,
    request_parameters ->> '$.statementId' AS statement_id,
    operation = 'lambda:AddPermission' AS added,
    -- Everyone within an organization, an account or a resource is not everyone.
    CASE
      WHEN operation <> 'lambda:AddPermission' OR (request_parameters ->> '$.principalOrgID') IS NOT NULL
        OR (request_parameters ->> '$.functionUrlAuthType') IS NOT NULL
        OR (request_parameters ->> '$.invokedViaFunctionUrl') = 'true' THEN ''
      WHEN (request_parameters ->> '$.principal') = '*'
        THEN coalesce(
          request_parameters ->> '$.sourceAccount',
          regexp_extract(request_parameters ->> '$.sourceArn', '^arn:[^:]*:[^:]*:[^:]*:([0-9]{12})?', 1),
          '*'
        )
      ELSE regexp_extract(request_parameters ->> '$.principal', '(?:^|::)([0-9]{12})(?:$|:)', 1)
    END AS grantee
  FROM events
  WHERE operation IN ('lambda:AddPermission', 'lambda:RemovePermission')
    AND error_code IS NULL
    AND (request_parameters ->> '$.functionName') IS NOT NULL
),
-- Of each statement that ever let somebody in from outside, whether it still stands.
permissions AS (
  SELECT
    account_id,
    region,
    function_name,
    qualifier,
    statement_id,
    arg_max(added AND grantee <> '' AND grantee NOT IN (SELECT o.account_id FROM own_accounts AS o), (event_time, event_uuid)) AS open,
    arg_max(grantee, (event_time, event_uuid)) AS grantee,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM changes
  GROUP BY account_id, region, function_name, qualifier, statement_id
  HAVING bool_or(added AND grantee <> '' AND grantee NOT IN (SELECT o.account_id FROM own_accounts AS o))
)
SELECT
  CASE WHEN len(open_to) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN list_contains(open_to, '*') THEN 'everyone may use function ' || resource_id
    WHEN len(open_to) > 0 THEN 'function ' || resource_id || ' may be used from account ' || array_to_string(open_to, ', ')
    WHEN known THEN 'function ' || resource_id || ' may be used by no account but the organization''s'
    ELSE 'the policy of function ' || resource_id || ' or of its aliases could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  open_to,
  statement_ids,
  statement_ids[1] AS statement_id,
  -- What the policy of an alias grants is taken back from the alias.
  CASE WHEN NOT list_contains(list_transform(policy_statements(policy), lambda s: s ->> '$.Sid'), statement_ids[1]) THEN
    list_filter(aliases, lambda a: list_contains(list_transform(policy_statements(a -> '$.Policy'), lambda s: s ->> '$.Sid'), statement_ids[1]))[1] ->> '$.Name'
  END AS qualifier,
  CASE
    WHEN NOT list_contains(list_transform(policy_statements(policy), lambda s: s ->> '$.Sid'), statement_ids[1])
      OR len(policy_statements(policy)) = 0
    THEN 'aws lambda remove-permission --function-name {resource_id} --qualifier {qualifier} --statement-id {statement_id} --region {region}'
  END AS remediation
FROM judged
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(open) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  function_name AS resource_id,
  account_id,
  region,
  CASE
    WHEN bool_or(open AND grantee = '*') THEN 'function ' || function_name || ' was opened to everyone and not closed again'
    WHEN bool_or(open) THEN 'function ' || function_name || ' was opened to account ' || string_agg(grantee, ', ' ORDER BY grantee) FILTER (WHERE open) || ' and not closed again'
    ELSE 'function ' || function_name || ' was open to others and is closed again'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  coalesce(list(DISTINCT grantee ORDER BY grantee) FILTER (WHERE open), []) AS open_to,
  coalesce(list(DISTINCT statement_id ORDER BY statement_id) FILTER (WHERE open), []) AS statement_ids,
  arg_min(statement_id, (changed_at, event_id)) FILTER (WHERE open) AS statement_id,
  arg_min(nullif(qualifier, ''), (changed_at, event_id)) FILTER (WHERE open) AS qualifier,
  CASE
    WHEN arg_min(qualifier, (changed_at, event_id)) FILTER (WHERE open) <> ''
    THEN 'aws lambda remove-permission --function-name {resource_id} --qualifier {qualifier} --statement-id {statement_id} --region {region}'
  END AS remediation
FROM permissions
GROUP BY account_id, region, function_name;
