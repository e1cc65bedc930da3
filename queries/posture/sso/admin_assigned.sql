-- id: sso_admin_assigned
-- title: Administrator assigned in Identity Center during the incident
-- kind: posture
-- check: IAM-18
-- severity: critical
-- status: stable
-- resource_type: AWS::SSO::PermissionSet
-- changed_by: [sso:CreateAccountAssignment, sso:DeleteAccountAssignment, sso:CreatePermissionSet, sso:UpdatePermissionSet, sso:AttachManagedPolicyToPermissionSet, sso:DetachManagedPolicyFromPermissionSet, sso:PutInlinePolicyToPermissionSet, sso:DeleteInlinePolicyFromPermissionSet]
-- remediation: aws sso-admin delete-account-assignment --instance-arn {instance_arn} --permission-set-arn {resource_arn} --target-type AWS_ACCOUNT --target-id {target_id} --principal-type {principal_type} --principal-id {principal_id} --region {region}
-- why: One assignment makes an administrator of every account of the organization, and outlives every key and role there.
-- description: >
--   Within the incident's time a permission set with AdministratorAccess, or with a policy
--   that allows everything, was assigned to somebody, was made or given those rights, or
--   its sessions were made longer than four hours.
-- blind_spots:
--   - Where the incident's time is not known, neither is whether an assignment is of it; AWS does not say when one was made.
--   - A user who was added to a group that is an administrator already is not seen.
--   - Of the logs alone, the rights that a permission set had before their first event are not known.
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
--   - https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html

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
    coalesce(e.request_parameters ->> '$.permissionSetArn', e.response_elements ->> '$.permissionSet.permissionSetArn') AS set_arn,
    e.request_parameters ->> '$.targetId' AS target_id,
    e.request_parameters ->> '$.principalId' AS principal_id,
    e.request_parameters ->> '$.principalType' AS principal_type,
    coalesce(e.request_parameters ->> '$.sessionDuration', e.response_elements ->> '$.permissionSet.sessionDuration') AS session_duration,
    coalesce(ends_with(e.request_parameters ->> '$.managedPolicyArn', ':iam::aws:policy/AdministratorAccess'), false) AS of_administrator,
    CASE e.operation
      WHEN 'sso:AttachManagedPolicyToPermissionSet' THEN ends_with(e.request_parameters ->> '$.managedPolicyArn', ':iam::aws:policy/AdministratorAccess')
      WHEN 'sso:PutInlinePolicyToPermissionSet' THEN policy_is_admin(json_extract(e.request_parameters, '$.inlinePolicy'))
      ELSE false
    END AS admin,
    i.known AND e.event_time >= i.since AND e.event_time < i.until AS in_window
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN (
      'sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment', 'sso:CreatePermissionSet', 'sso:UpdatePermissionSet',
      'sso:AttachManagedPolicyToPermissionSet', 'sso:DetachManagedPolicyFromPermissionSet',
      'sso:PutInlinePolicyToPermissionSet', 'sso:DeleteInlinePolicyFromPermissionSet'
    )
    AND e.error_code IS NULL
),
-- Who was assigned and not taken away again.
assignments AS (
  SELECT
    account_id,
    set_arn,
    event_time,
    event_id,
    target_id,
    principal_id,
    principal_type,
    operation = 'sso:CreateAccountAssignment' AS there,
    in_window
  FROM steps
  WHERE operation IN ('sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment')
  QUALIFY row_number() OVER (PARTITION BY account_id, set_arn, target_id, principal_id ORDER BY event_time DESC, event_id DESC) = 1
),
assigned AS (
  SELECT
    account_id,
    set_arn,
    max(event_time) AS changed_at,
    list(event_id ORDER BY event_time, event_id) FILTER (WHERE there AND in_window) AS event_ids,
    list(principal_id || ' in account ' || target_id ORDER BY event_time, event_id) FILTER (WHERE there AND in_window) AS who,
    arg_max(target_id, event_time) FILTER (WHERE there AND in_window) AS target_id,
    arg_max(principal_id, event_time) FILTER (WHERE there AND in_window) AS principal_id,
    arg_max(principal_type, event_time) FILTER (WHERE there AND in_window) AS principal_type,
    list(event_id ORDER BY event_time, event_id) AS all_ids
  FROM assignments
  GROUP BY account_id, set_arn
),
rights AS (
  SELECT
    account_id,
    set_arn,
    max(event_time) AS changed_at,
    bool_or(operation = 'sso:CreatePermissionSet') AS made,
    coalesce(arg_max(admin, event_time) FILTER (WHERE of_administrator), false)
      OR coalesce(arg_max(admin, event_time) FILTER (WHERE operation IN ('sso:PutInlinePolicyToPermissionSet', 'sso:DeleteInlinePolicyFromPermissionSet')), false) AS admin,
    bool_or(admin AND in_window) AS given_then,
    list(event_id ORDER BY event_time, event_id) FILTER (WHERE admin) AS admin_ids,
    coalesce(
      arg_max(
        in_window AND TRY_CAST(regexp_extract(session_duration, 'PT([0-9]+)H', 1) AS INTEGER) + CASE WHEN regexp_matches(session_duration, 'H[0-9]') THEN 0.5 ELSE 0 END > 4,
        event_time
      ) FILTER (WHERE session_duration IS NOT NULL),
      false
    ) AS longer_then,
    list(event_id ORDER BY event_time, event_id) AS all_ids
  FROM steps
  WHERE operation NOT IN ('sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment')
  GROUP BY account_id, set_arn
),
logged AS (
  SELECT
    s.account_id,
    s.set_arn,
    max(s.region) AS region,
    max(s.event_time) AS changed_at,
    any_value(r.admin) AS admin,
    coalesce(any_value(r.made), false) AS made,
    coalesce(any_value(r.given_then), false) AS given_then,
    coalesce(any_value(r.longer_then), false) AS longer_then,
    any_value(r.admin_ids) AS admin_ids,
    any_value(a.event_ids) AS assigned_ids,
    any_value(a.who) AS who,
    any_value(a.target_id) AS target_id,
    any_value(a.principal_id) AS principal_id,
    any_value(a.principal_type) AS principal_type,
    list_distinct(coalesce(any_value(r.all_ids), []) || coalesce(any_value(a.all_ids), [])) AS all_ids
  FROM steps AS s
  LEFT JOIN rights AS r ON r.account_id = s.account_id AND r.set_arn = s.set_arn
  LEFT JOIN assigned AS a ON a.account_id = s.account_id AND a.set_arn = s.set_arn
  WHERE s.set_arn IS NOT NULL
  GROUP BY s.account_id, s.set_arn
),
judged AS (
  SELECT
    CASE WHEN l.set_arn IS NULL THEN 'config' ELSE 'joined' END AS basis,
    s.captured_at AS as_of,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.config ->> '$.PermissionSet.Name' AS name,
    CASE
      WHEN len(list_filter(s.config ->> '$.ManagedPolicies[*].Arn', lambda arn: ends_with(arn, ':iam::aws:policy/AdministratorAccess'))) > 0
        OR policy_is_admin(s.config -> '$.InlinePolicy') THEN true
      WHEN (s.config -> '$.ManagedPolicies') IS NOT NULL AND (s.config -> '$.InlinePolicy') IS NOT NULL THEN false
    END AS admin,
    i.known AS time_known,
    coalesce(l.given_then, false) OR (
      i.known AND TRY_CAST(s.config ->> '$.PermissionSet.CreatedDate' AS TIMESTAMP) >= i.since AND TRY_CAST(s.config ->> '$.PermissionSet.CreatedDate' AS TIMESTAMP) < i.until
      AND len(json_items(s.config -> '$.Assignments')) > 0
    ) AS given_then,
    coalesce(l.longer_then, false) AS longer_then,
    l.who,
    list_distinct(coalesce(l.admin_ids, []) || coalesce(l.assigned_ids, [])) AS event_ids,
    coalesce(l.target_id, s.config ->> '$.Assignments[0].AccountId') AS target_id,
    coalesce(l.principal_id, s.config ->> '$.Assignments[0].PrincipalId') AS principal_id,
    coalesce(l.principal_type, s.config ->> '$.Assignments[0].PrincipalType') AS principal_type
  FROM snapshots AS s
  CROSS JOIN incident AS i
  LEFT JOIN logged AS l ON l.set_arn = s.resource_arn
  WHERE s.resource_type = 'AWS::SSO::PermissionSet'
    AND s.status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    l.changed_at AS as_of,
    regexp_extract(l.set_arn, '[^/]+$') AS resource_id,
    l.set_arn AS resource_arn,
    l.account_id,
    l.region,
    -- Of one that was made before the logs, other rights than those may be there.
    CASE WHEN l.admin THEN true WHEN l.made THEN false END AS admin,
    i.known AS time_known,
    l.given_then,
    l.longer_then,
    l.who,
    CASE WHEN len(l.admin_ids) + len(l.assigned_ids) > 0 THEN list_distinct(l.admin_ids || l.assigned_ids) ELSE l.all_ids END AS event_ids,
    l.target_id,
    l.principal_id,
    l.principal_type
  FROM logged AS l
  CROSS JOIN incident AS i
)
SELECT
  CASE
    WHEN NOT admin THEN 'PASS'
    WHEN admin AND (len(who) > 0 OR given_then OR longer_then) THEN 'FAIL'
    WHEN admin AND time_known THEN 'PASS'
    WHEN time_known AND basis = 'logs' AND coalesce(len(who), 0) = 0 AND NOT given_then AND NOT longer_then THEN 'PASS'
  END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'permission set ' || coalesce(name, resource_id) || CASE
    WHEN NOT admin THEN ' is no administrator'
    WHEN admin AND len(who) > 0 THEN ', an administrator, was assigned in the incident''s time to ' || array_to_string(who, ', ')
    WHEN admin AND given_then THEN ' was made an administrator in the incident''s time'
    WHEN admin AND longer_then THEN ', an administrator, was given sessions of more than four hours in the incident''s time'
    WHEN admin AND time_known THEN ', an administrator, was not assigned or changed in the incident''s time'
    WHEN admin THEN ' is an administrator, and whether it was assigned in the incident''s time is not known'
    WHEN len(who) > 0 THEN ' was assigned in the incident''s time to ' || array_to_string(who, ', ') || ', and its policies are not all known'
    WHEN time_known AND basis = 'logs' THEN ' was not assigned or given rights in the incident''s time'
    ELSE ' has policies that are not all known'
  END AS summary,
  list_sort(coalesce(event_ids, [])) AS event_ids,
  name,
  regexp_replace(resource_arn, ':permissionSet/([^/]+)/.*$', ':instance/\1') AS instance_arn,
  target_id,
  principal_id,
  principal_type
FROM judged;
