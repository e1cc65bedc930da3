-- id: iam_principal_created
-- title: IAM user or role created
-- severity: low
-- status: stable
-- attack: [T1136.003]
-- requires: [management]
-- key: [account_id, resource, event_time]
-- description: >
--   A new IAM user, or a new role that is not service-linked. Both outlive the session
--   that made them. Mostly administration; read together with what the same principal
--   did next.
-- false_positives:
--   - Deployment of infrastructure, account set-up, and on-boarding of people make users and roles all day.
-- blind_spots:
--   - "Service-linked roles are left out: CreateServiceLinkedRole makes them."
--   - Says nothing about what the new principal may do.
-- triage:
--   - Look for keys, passwords and policies given to the resource in the hour after event_time.
--   - Compare principal_arn and source_ip with whoever normally deploys in account_id.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html

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
    response_elements ->> '$.user.arn',
    response_elements ->> '$.role.arn',
    request_parameters ->> '$.userName',
    request_parameters ->> '$.roleName'
  ) AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' created the IAM '
    || CASE operation WHEN 'iam:CreateUser' THEN 'user ' ELSE 'role ' END
    || coalesce(request_parameters ->> '$.userName', request_parameters ->> '$.roleName', '?') AS summary
FROM events
WHERE operation IN ('iam:CreateUser', 'iam:CreateRole')
  AND error_code IS NULL;
