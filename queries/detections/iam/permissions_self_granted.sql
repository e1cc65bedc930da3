-- id: iam_permissions_self_granted
-- title: Principal raised its own permissions
-- severity: high
-- status: stable
-- attack: [T1098.003, T1548.005]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   An IAM user or a role changed what it may do itself: attached or wrote a policy,
--   joined a group, took away its permissions boundary, or opened its own trust policy.
--   Those who may do it legitimately have no need to.
-- false_positives:
--   - A deployment role that manages its own policies.
-- blind_spots:
--   - Policies that only deny, and AWS's own quarantine, are left out.
--   - A new version of a managed policy that the principal already has is in iam_broad_policy_written.
-- triage:
--   - Read the policy that was attached or written; what can it do that it could not before?
--   - List the denied calls of principal_arn in the hour before, and the same calls afterwards.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
--   - https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/

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
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name || ' on itself'
    || coalesce(' with ' || coalesce(
      request_parameters ->> '$.policyArn',
      request_parameters ->> '$.policyName',
      request_parameters ->> '$.groupName'
    ), '') AS summary
FROM events
WHERE operation IN (
    'iam:AttachUserPolicy', 'iam:PutUserPolicy', 'iam:AddUserToGroup', 'iam:DeleteUserPermissionsBoundary',
    'iam:AttachRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePermissionsBoundary', 'iam:UpdateAssumeRolePolicy'
  )
  AND error_code IS NULL
  AND CASE identity_type
    WHEN 'IAMUser' THEN lower(request_parameters ->> '$.userName') = lower(split_part(principal_arn, '/', -1))
    WHEN 'AssumedRole' THEN lower(request_parameters ->> '$.roleName') = lower(split_part(principal_arn, '/', -1))
  END
  AND coalesce((request_parameters ->> '$.policyArn'), '') NOT LIKE '%AWSCompromisedKeyQuarantine%'
  AND coalesce(contains(request_parameters ->> '$.policyDocument', '"Allow"'), true);
