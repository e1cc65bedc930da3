-- id: sequence_identity_center_user_planted
-- title: Identity Center user created, given an account, and used or kept signed in
-- severity: high
-- status: test
-- attack: [T1136.003, T1098.003, T1556]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Within two hours one identity created a user in Identity Center and assigned an account to it or to a
--   group that it put it in; and then either changed how long sign-ins last or which provider is trusted, or
--   the new user signed in within the same two hours. A way back into every assigned account.
-- false_positives:
--   - The first set-up of Identity Center by hand.
-- blind_spots:
--   - Users that an identity provider provisions (SCIM) are created by another identity than the one that
--     assigns.
--   - Without one of the two last steps it is taken for onboarding.
-- triage:
--   - Whose is the user id in resource? Its name is hidden in CloudTrail; ask the directory.
--   - List the assignments and permission sets created since event_time, and the roles AWSReservedSSO_* used
--     since.
--   - Look at the session settings of Identity Center.
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html
--   - https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
--   - https://securitylabs.datadoghq.com/articles/tales-from-the-cloud-trenches-the-attacker-doth-persist-too-much/

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    coalesce(response_elements ->> '$.user.userId', response_elements ->> '$.userId') AS made_user,
    coalesce(request_parameters ->> '$.member.memberId', request_parameters ->> '$.memberId.userId', request_parameters ->> '$.memberId') AS member,
    request_parameters ->> '$.groupId' AS joined_group,
    request_parameters ->> '$.principalId' AS assigned,
    request_parameters ->> '$.targetId' AS assigned_account,
    user_identity ->> '$.onBehalfOf.userId' AS signed_in
  FROM events
  WHERE operation IN (
    'sso-directory:CreateUser', 'identitystore:CreateUser', 'sso-directory:AddMemberToGroup', 'identitystore:CreateGroupMembership',
    'sso:CreateAccountAssignment', 'sso:UpdateSsoConfiguration', 'sso:AssociateDirectory',
    'sso-directory:CreateExternalIdPConfigurationForDirectory', 'sso-directory:EnableExternalIdPConfigurationForDirectory', 'signin:UserAuthentication'
  )
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  any_value(a.event_time) AS event_time,
  max(last.event_time) AS last_time,
  list(DISTINCT a.event_id) || coalesce(list(DISTINCT m.event_id) FILTER (WHERE m.event_id IS NOT NULL), []) || list(DISTINCT g.event_id)
    || list(DISTINCT last.event_id) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  a.made_user AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' created the Identity Center user ' || a.made_user || ' at '
    || strftime(any_value(a.event_time), '%H:%M:%S') || ' and assigned it account '
    || string_agg(DISTINCT g.assigned_account, ', ') || ' at ' || strftime(min(g.event_time), '%H:%M:%S') || '; then '
    || string_agg(DISTINCT CASE WHEN last.operation = 'signin:UserAuthentication' THEN 'the user signed in' ELSE last.operation END, ', ')
    || ' at '
    || strftime(min(last.event_time), '%H:%M:%S') AS summary
FROM steps AS a
LEFT JOIN steps AS m
  ON m.identity_arn = a.identity_arn
 AND m.member = a.made_user
JOIN steps AS g
  ON g.identity_arn = a.identity_arn
 AND g.operation = 'sso:CreateAccountAssignment'
 AND g.assigned IN (a.made_user, m.joined_group)
 AND g.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 2 HOUR
JOIN steps AS last
  ON last.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 2 HOUR
 AND ((last.operation = 'signin:UserAuthentication' AND last.signed_in = a.made_user AND last.event_time >= g.event_time)
   OR (last.operation IN ('sso:UpdateSsoConfiguration', 'sso:AssociateDirectory',
                          'sso-directory:CreateExternalIdPConfigurationForDirectory', 'sso-directory:EnableExternalIdPConfigurationForDirectory')
       AND last.identity_arn = a.identity_arn))
WHERE a.made_user IS NOT NULL
GROUP BY a.identity_arn, a.made_user;
