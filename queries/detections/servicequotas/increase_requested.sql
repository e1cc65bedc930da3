-- id: servicequotas_increase_requested
-- title: Higher service quota asked for
-- severity: low
-- status: stable
-- attack: [T1578.005, T1496]
-- requires: [management]
-- key: [principal_arn, account_id, day]
-- description: >
--   A principal asked AWS to raise limits of the account. Miners and mail abusers do
--   it before they scale up. One finding for each principal and day, with quotas and
--   regions.
-- false_positives:
--   - Growth.
-- blind_spots:
--   - Increases that are asked for in a support case.
--   - Automatic increases by AWS services are left out.
-- triage:
--   - Which quotas and regions? Running instances, GPUs and sending limits tell most.
--   - Ask the owner of the account; requests can be withdrawn through AWS Support.
-- references:
--   - https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html

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
  count(DISTINCT region) AS regions,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' asked for higher quotas in ' || count(DISTINCT region) || ' regions: '
    || coalesce(string_agg(DISTINCT (request_parameters ->> '$.serviceCode') || ' ' || (request_parameters ->> '$.quotaCode') || ' to ' || (request_parameters ->> '$.desiredValue'), ', '), '?') AS summary
FROM events
WHERE operation IN ('servicequotas:RequestServiceQuotaIncrease', 'servicequotas:PutServiceQuotaIncreaseRequestIntoTemplate')
  AND error_code IS NULL
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, account_id, CAST(event_time AS DATE);
