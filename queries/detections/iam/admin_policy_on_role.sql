-- id: iam_admin_policy_on_role
-- title: Administrator policy attached to a role
-- severity: medium
-- status: stable
-- attack: [T1098.003]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   AdministratorAccess, IAMFullAccess or PowerUserAccess was attached to a role.
--   Deployments do this for pipelines and stacks; an intruder does it for the role that
--   only he can assume.
-- false_positives:
--   - Roles for deployment and for Identity Center permission sets.
-- blind_spots:
--   - Service-linked callers such as Identity Center, which write what an administrator asked them for, are left out; see the detections of sso.
-- triage:
--   - Who may assume the role in resource? Read its trust policy, and CreateRole or UpdateAssumeRolePolicy events of the same day.
--   - List the sessions of the role after event_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.iam-create-backdoor-role/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.roleName' AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' attached ' || split_part(request_parameters ->> '$.policyArn', '/', -1)
    || ' to role ' || coalesce(request_parameters ->> '$.roleName', '?') AS summary
FROM events
WHERE operation = 'iam:AttachRolePolicy'
  AND error_code IS NULL
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
  AND regexp_matches(request_parameters ->> '$.policyArn', ':iam::aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$');
