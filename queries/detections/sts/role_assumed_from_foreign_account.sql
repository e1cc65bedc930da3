-- id: sts_role_assumed_from_foreign_account
-- title: Role assumed from a foreign account
-- severity: low
-- status: stable
-- attack: [T1199, T1078.004]
-- requires: [management]
-- key: [account_id, caller_account, resource]
-- description: >
--   A principal of another account got a session of a role here. The account is neither
--   among those whose logs are in the case, nor among those that the analyst named as
--   known.
-- false_positives:
--   - "Vendors for monitoring, cost and security work like this, every few minutes: name their account as known."
-- blind_spots:
--   - AWS services are left out; some of them work from accounts of AWS's own.
--   - "Who in the foreign account it was is not in the record: only its principal id."
-- triage:
--   - Whose account is caller_account? Name it as known, or take it out of the trust policy of the role in resource.
--   - "Follow the sessions of the role: issued_key in view sessions."
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[1:100] AS event_ids,
  account_id,
  request_parameters ->> '$.roleArn' AS resource,
  CASE WHEN count(DISTINCT source_ip) = 1 THEN any_value(source_ip) END AS source_ip,
  any_value(user_agent) AS user_agent,
  caller_account_id AS caller_account,
  count(*) AS sessions,
  'Account ' || caller_account_id || ' assumed ' || coalesce(request_parameters ->> '$.roleArn', '?')
    || ' ' || CAST(count(*) AS VARCHAR) || CASE WHEN count(*) = 1 THEN ' time' ELSE ' times' END AS summary
FROM events
WHERE operation = 'sts:AssumeRole'
  AND error_code IS NULL
  AND identity_type <> 'AWSService'
  AND invoked_by IS NULL
  AND caller_account_id <> account_id
  AND caller_account_id NOT IN (SELECT a.account_id FROM accounts AS a WHERE a.account_id IS NOT NULL)
  AND caller_account_id NOT IN (SELECT k.value FROM known AS k WHERE k.kind = 'account_id')
GROUP BY account_id, caller_account_id, request_parameters ->> '$.roleArn';
