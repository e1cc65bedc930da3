-- id: iam_permissions_boundary_lifted
-- title: Permissions boundary removed or set to administrator
-- severity: medium
-- status: stable
-- attack: [T1098.003, T1548.005]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   The permissions boundary of a user or role was deleted, or replaced by a policy that
--   allows everything. The boundary is what keeps those who may create roles from making
--   themselves administrators.
-- false_positives:
--   - Clean-up of a deployment that set boundaries.
-- blind_spots:
--   - A boundary that is replaced by a wider policy of the customer, or whose policy gets a wider version, is not seen.
-- triage:
--   - Which policies does the user or role in resource have that the boundary held back?
--   - List events of the user or role in resource for a day after event_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.roleName') AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone')
    || CASE WHEN operation IN ('iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary')
      THEN ' removed the permissions boundary of '
      ELSE ' replaced by ' || split_part(request_parameters ->> '$.permissionsBoundary', '/', -1) || ' the permissions boundary of '
    END
    || coalesce('user ' || (request_parameters ->> '$.userName'), 'role ' || (request_parameters ->> '$.roleName'), '?') AS summary
FROM events
WHERE operation IN (
    'iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary',
    'iam:PutUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary'
  )
  AND error_code IS NULL
  AND (
    operation IN ('iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary')
    OR regexp_matches(request_parameters ->> '$.permissionsBoundary', ':iam::aws:policy/(AdministratorAccess|PowerUserAccess)$')
  );
