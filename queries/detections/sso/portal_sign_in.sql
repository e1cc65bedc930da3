-- id: sso_portal_sign_in
-- title: Identity Center portal used
-- severity: informational
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [account_id, who, source_ip]
-- description: >
--   A user of Identity Center signed in to the access portal or opened it, as every
--   sign-in with the command line makes the browser do. When and from where, for the
--   timeline of a person.
-- false_positives:
--   - Daily work.
-- blind_spots:
--   - The user's name is often hidden; the id leads to it through DescribeUser.
-- triage:
--   - Compare source_ip with the other addresses of the same user.
--   - Look for CreateToken and GetRoleCredentials of the user in the same minutes.
-- references:
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html
--   - https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html

WITH visits AS (
  SELECT
    event_time,
    event_id,
    event_name,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(
      user_identity ->> '$.userName',
      user_identity ->> '$.onBehalfOf.userId',
      user_identity ->> '$.principalId',
      additional_event_data ->> '$.UserName',
      'somebody'
    ) AS who
  FROM events
  WHERE operation IN ('sso:Authenticate', 'sso:Federate', 'sso:ListApplications', 'signin:UserAuthentication')
    AND error_code IS NULL
    -- The API of the same name, called by an administrator, comes from an IAM identity.
    AND (identity_type IS NULL OR identity_type NOT IN ('IAMUser', 'AssumedRole', 'Root', 'AWSService'))
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[1:100] AS event_ids,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  any_value(region) AS region,
  who AS resource,
  who,
  'Identity Center user ' || who || ' used the portal from ' || coalesce(source_ip, '?') || ' '
    || CAST(count(*) AS VARCHAR) || CASE WHEN count(*) = 1 THEN ' time' ELSE ' times' END AS summary
FROM visits
GROUP BY account_id, who, source_ip;
