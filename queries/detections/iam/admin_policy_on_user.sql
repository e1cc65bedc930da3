-- id: iam_admin_policy_on_user
-- title: Administrator policy attached to an IAM user or group
-- severity: high
-- status: stable
-- attack: [T1098.003]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   AdministratorAccess, IAMFullAccess or PowerUserAccess was attached to an IAM user,
--   or to a group of users. Users have long-lived keys; few organizations still make
--   administrators this way, and nearly every intrusion does.
-- false_positives:
--   - Set-up of a new account; a break-glass user.
-- blind_spots:
--   - Policies of the customer with the same rights have other names; see iam_broad_policy_written.
--   - Membership of a group that is already an administrator is not seen here.
-- triage:
--   - Was the user or group in resource made in the same hour, by the same access_key_id?
--   - Look for access keys and passwords made for it, and for their use.
--   - Detach the policy if nobody can name the ticket.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.iam-create-admin-user/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.groupName') AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' attached ' || split_part(request_parameters ->> '$.policyArn', '/', -1)
    || CASE operation WHEN 'iam:AttachUserPolicy' THEN ' to user ' ELSE ' to group ' END
    || coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.groupName', '?') AS summary
FROM events
WHERE operation IN ('iam:AttachUserPolicy', 'iam:AttachGroupPolicy')
  AND error_code IS NULL
  AND regexp_matches(request_parameters ->> '$.policyArn', ':iam::aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$');
