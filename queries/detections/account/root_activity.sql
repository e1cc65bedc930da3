-- id: account_root_activity
-- title: Root changed something
-- severity: high
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [account_id, source_ip, event_time]
-- description: >
--   The root user carried out calls that change something, on one day from one address.
--   Root is for the few tasks that nothing else can do.
-- false_positives:
--   - "The tasks that need root: closing the account, changing its address, some billing and support settings."
-- blind_spots:
--   - What root only reads, and failed calls, are left out.
--   - What services do in the name of root (invoked_by) is left out.
--   - The sign-in is signin_root_login.
-- triage:
--   - "Read the list in operations: is one of them among the tasks that need root?"
--   - Who of the few that can be root was at source_ip at that time?
--   - "Read the ConsoleLogin before event_time: was MFA used?"
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  any_value(principal_arn) AS principal_arn,
  CASE WHEN count(DISTINCT access_key_id) = 1 THEN any_value(access_key_id) END AS access_key_id,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  array_to_string(list_sort(list(DISTINCT operation)), ', ') AS operations,
  'Root of account ' || coalesce(account_id, '?') || ' carried out ' || CAST(count(*) AS VARCHAR) || CASE WHEN count(*) = 1 THEN ' change from ' ELSE ' changes from ' END
    || coalesce(source_ip, '?') || ': ' || array_to_string(list_sort(list(DISTINCT operation))[1:8], ', ') AS summary
FROM events
WHERE identity_type = 'Root'
  AND mutating
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND event_type <> 'AwsServiceEvent'
  AND event_source <> 'signin.amazonaws.com'
  -- A service creates its own role when root opens it in the console.
  AND event_name <> 'CreateServiceLinkedRole'
GROUP BY account_id, source_ip, CAST(event_time AS DATE);
