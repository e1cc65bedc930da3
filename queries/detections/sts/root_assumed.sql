-- id: sts_root_assumed
-- title: Root session opened in a member account
-- severity: high
-- status: stable
-- attack: [T1078.004, T1548.005]
-- requires: [management]
-- key: [account_id, principal_arn, resource, event_time]
-- description: >
--   A principal of the management account, or of the delegated administrator, opened a
--   root session in a member account, or switched on the feature that allows it. Such
--   sessions can delete root's credentials and unlock buckets and queues.
-- false_positives:
--   - Central management of root, on the day when root's credentials are removed.
-- blind_spots:
--   - What the session did stands in the member account's log, as root.
-- triage:
--   - Which task policy was asked for, and what did root do in the member account within 15 minutes?
--   - Is principal_arn among those who manage the organization?
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.targetPrincipal', account_id) AS resource,
  coalesce(request_parameters ->> '$.taskPolicyArn.arn', request_parameters ->> '$.taskPolicyArn') AS task_policy,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || CASE operation
    WHEN 'sts:AssumeRoot' THEN ' opened a root session in account ' || coalesce(request_parameters ->> '$.targetPrincipal', '?')
      || coalesce(' for ' || split_part(coalesce(request_parameters ->> '$.taskPolicyArn.arn', request_parameters ->> '$.taskPolicyArn'), '/', -1), '')
    ELSE ' switched on root sessions for the organization'
  END AS summary
FROM events
WHERE operation IN ('sts:AssumeRoot', 'iam:EnableOrganizationsRootSessions')
  AND error_code IS NULL;
