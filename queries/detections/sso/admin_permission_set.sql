-- id: sso_admin_permission_set
-- title: Permission set of Identity Center made administrator
-- severity: high
-- status: stable
-- attack: [T1098.003]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   A permission set was given AdministratorAccess, IAMFullAccess or PowerUserAccess, or
--   an inline policy that allows everything. Everyone assigned to it is an administrator
--   of the accounts in question from then on.
-- false_positives:
--   - Set-up of Identity Center.
-- blind_spots:
--   - "Who is assigned is in other events: CreateAccountAssignment."
--   - "Customer managed policies are attached by name: their content is not in the call."
-- triage:
--   - Who is assigned to the permission set in resource, in which accounts?
--   - Did the same access_key_id create the permission set or the assignment?
--   - List the sessions of AWSReservedSSO roles with its name after event_time.
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html
--   - https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html

WITH written AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(identity_arn, principal_arn, identity_type, 'someone') AS who,
    request_parameters ->> '$.permissionSetArn' AS resource,
    request_parameters ->> '$.managedPolicyArn' AS managed_policy,
    CASE WHEN json_valid(request_parameters ->> '$.inlinePolicy')
      THEN CAST(request_parameters ->> '$.inlinePolicy' AS JSON)
    END AS policy
  FROM events
  WHERE operation IN ('sso:AttachManagedPolicyToPermissionSet', 'sso:PutInlinePolicyToPermissionSet')
    AND error_code IS NULL
),
statements AS (
  SELECT
    event_id,
    unnest(CASE json_type(policy, '$.Statement')
      WHEN 'ARRAY' THEN from_json(policy -> '$.Statement', '["json"]')
      WHEN 'OBJECT' THEN [policy -> '$.Statement']
    END) AS statement
  FROM written
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
  who || CASE WHEN managed_policy IS NULL
    THEN ' wrote an inline policy that allows everything'
    ELSE ' attached ' || split_part(managed_policy, '/', -1)
  END || ' to permission set ' || coalesce(resource, '?') AS summary
FROM written
WHERE regexp_matches(managed_policy, ':iam::aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$')
  OR event_id IN (
    SELECT s.event_id
    FROM statements AS s
    WHERE (s.statement ->> '$.Effect') = 'Allow'
      AND regexp_matches(s.statement ->> '$.Resource', '(^|")[*]("|$)')
      AND regexp_matches(s.statement ->> '$.Action', '(^|")([*]|[*]:[*]|iam:[*])("|$)', 'i')
  );
