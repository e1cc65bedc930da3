-- id: reports_identity_center
-- title: Identity Center, who was given what
-- answers: [Q41]
-- requires: [management]
-- description: >
--   Users and groups made, memberships, permission sets, assignments to accounts, settings,
--   in order of time. user_id and group_id join the rows: a user made, put into a group that
--   is assigned a permission set in an account. user_names are those that sign-ins and
--   sessions of the case carry for the id; AWS hides names in the calls themselves.

WITH changes AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    error_code,
    principal_arn,
    session_name,
    access_key_id,
    source_ip,
    request_parameters,
    CASE
      WHEN (request_parameters ->> '$.principalType') = 'GROUP' THEN NULL
      ELSE coalesce(
        request_parameters ->> '$.member.memberId',
        request_parameters ->> '$.memberId.userId',
        request_parameters ->> '$.principalId',
        request_parameters ->> '$.userId',
        response_elements ->> '$.user.userId',
        response_elements ->> '$.userId'
      )
    END AS user_id,
    CASE
      WHEN (request_parameters ->> '$.principalType') = 'GROUP' THEN request_parameters ->> '$.principalId'
      ELSE coalesce(
        request_parameters ->> '$.groupId',
        response_elements ->> '$.group.groupId',
        response_elements ->> '$.groupId'
      )
    END AS group_id
  FROM events
  WHERE event_source IN ('sso.amazonaws.com', 'sso-directory.amazonaws.com', 'identitystore.amazonaws.com')
    AND mutating
),
names AS (
  SELECT
    user_identity ->> '$.onBehalfOf.userId' AS user_id,
    list(DISTINCT coalesce(user_identity ->> '$.userName', session_name)) AS user_names
  FROM events
  WHERE (user_identity ->> '$.onBehalfOf.userId') IS NOT NULL
  GROUP BY 1
)
SELECT
  c.event_time,
  c.account_id,
  c.region,
  c.operation,
  CASE WHEN c.error_code IS NULL THEN 'done' ELSE c.error_code END AS outcome,
  c.user_id,
  list_sort(n.user_names) AS user_names,
  c.group_id,
  coalesce(c.request_parameters ->> '$.permissionSetArn', c.request_parameters ->> '$.name') AS permission_set,
  coalesce(c.request_parameters ->> '$.managedPolicyArn', c.request_parameters ->> '$.inlinePolicy') AS policy,
  c.request_parameters ->> '$.targetId' AS target_account_id,
  c.principal_arn,
  c.session_name,
  c.access_key_id,
  c.source_ip,
  c.event_id
FROM changes AS c
LEFT JOIN names AS n ON n.user_id = c.user_id
ORDER BY
  c.event_time,
  c.event_id;
