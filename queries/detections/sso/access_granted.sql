-- id: sso_access_granted
-- title: Identity Center user, membership or assignment made
-- severity: low
-- status: stable
-- attack: [T1136.003, T1098.003]
-- requires: [management]
-- key: [account_id, event_time, resource]
-- description: >
--   A user or group was made in the directory of Identity Center, somebody was put into
--   a group, or a user or group was assigned to an account. Together these are a way
--   into every account of the organization, without IAM.
-- false_positives:
--   - On-boarding of people, all day; a directory that synchronises users makes such events in bulk.
-- blind_spots:
--   - Synchronisation by SCIM comes without a principal and is listed like the rest.
-- triage:
--   - Were user, membership and assignment made in the same hour by the same principal_arn? Then read who signed in with it.
--   - Does the user in resource exist in the directory of the organization?
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html
--   - https://securitylabs.datadoghq.com/articles/tales-from-the-cloud-trenches-the-attacker-doth-persist-too-much/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(
    response_elements ->> '$.user.userId',
    response_elements ->> '$.userId',
    request_parameters ->> '$.principalId',
    request_parameters ->> '$.memberId.userId',
    request_parameters ->> '$.member.memberId',
    request_parameters ->> '$.userName',
    request_parameters ->> '$.displayName'
  ) AS resource,
  request_parameters ->> '$.targetId' AS target_account,
  request_parameters ->> '$.permissionSetArn' AS permission_set,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || CASE operation
    WHEN 'sso:CreateAccountAssignment' THEN ' assigned ' || lower(coalesce(request_parameters ->> '$.principalType', 'principal')) || ' '
      || coalesce(request_parameters ->> '$.principalId', '?') || ' to account ' || coalesce(request_parameters ->> '$.targetId', '?')
    ELSE ' called ' || event_name || coalesce(' for ' || coalesce(
      request_parameters ->> '$.userName',
      request_parameters ->> '$.displayName',
      request_parameters ->> '$.groupId'
    ), '')
  END || ' in Identity Center' AS summary
FROM events
WHERE operation IN (
    'sso:CreateAccountAssignment',
    'sso-directory:CreateUser', 'sso-directory:CreateGroup', 'sso-directory:AddMemberToGroup', 'sso-directory:CreateGroupMembership',
    'identitystore:CreateUser', 'identitystore:CreateGroup', 'identitystore:CreateGroupMembership'
  )
  AND error_code IS NULL;
