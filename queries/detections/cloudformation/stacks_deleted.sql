-- id: cloudformation_stacks_deleted
-- title: Several stacks deleted within an hour
-- severity: medium
-- status: stable
-- attack: [T1485, T1489]
-- requires: [management]
-- key: [principal_arn, account_id, day]
-- description: >
--   One principal deleted five or more stacks within an hour, and with them what they
--   hold.
-- false_positives:
--   - Tearing down test environments; a pipeline that removes preview stacks.
-- blind_spots:
--   - Four stacks and fewer, and resources deleted without their stack.
-- triage:
--   - List the stacks and judge which were productive.
--   - Stop the deletion of stacks that are still in progress by their termination
--     protection or by denying the role.
-- references:
--   - https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html

WITH deletions AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    request_parameters ->> '$.stackName' AS stack,
    count(DISTINCT request_parameters ->> '$.stackName') OVER (
      PARTITION BY principal_arn, account_id
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW
    ) AS in_an_hour
  FROM events
  WHERE operation = 'cloudformation:DeleteStack'
    AND error_code IS NULL
    AND invoked_by IS NULL
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  CAST(event_time AS DATE) AS day,
  count(DISTINCT stack) AS stacks,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' deleted ' || count(DISTINCT stack) || ' stacks, first ' || coalesce(arg_min(stack, event_time), '?') AS summary
FROM deletions
GROUP BY principal_arn, identity_type, account_id, CAST(event_time AS DATE)
HAVING max(in_an_hour) >= 5;
