-- id: sts_admin_role_assumed
-- title: Role named administrator assumed with long-lived credentials
-- severity: low
-- status: stable
-- attack: [T1078.004, T1548.005]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   An IAM user or root assumed a role whose name says that it administers the account
--   (admin, power user, organization access, break-glass). Context for what the session
--   does.
-- false_positives:
--   - Daily work of administrators who have not gone over to Identity Center.
-- blind_spots:
--   - "The name is all there is to go by: what a role may do is not in the log."
-- triage:
--   - "List the events of the session: issued_key of view sessions, by this event."
--   - Is it usual for principal_arn? Compare with its earlier days.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
--   - https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[1:100] AS event_ids,
  principal_arn,
  CASE WHEN count(DISTINCT access_key_id) = 1 THEN any_value(access_key_id) END AS access_key_id,
  CASE WHEN count(DISTINCT source_ip) = 1 THEN any_value(source_ip) END AS source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  request_parameters ->> '$.roleArn' AS resource,
  count(*) AS sessions,
  coalesce(principal_arn, '?') || ' assumed ' || coalesce(request_parameters ->> '$.roleArn', '?')
    || ' ' || CAST(count(*) AS VARCHAR) || CASE WHEN count(*) = 1 THEN ' time' ELSE ' times' END AS summary
FROM events
WHERE operation = 'sts:AssumeRole'
  AND error_code IS NULL
  AND identity_type IN ('IAMUser', 'Root')
  AND invoked_by IS NULL
  AND regexp_matches(
    split_part(request_parameters ->> '$.roleArn', '/', -1),
    'admin|poweruser|superuser|break-?glass|OrganizationAccountAccessRole',
    'i'
  )
GROUP BY account_id, principal_arn, request_parameters ->> '$.roleArn';
