-- id: sensitive_operation_denied
-- title: Operation that intruders use, denied
-- severity: low
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   A principal was denied at least two different operations of the list of sensitive
--   operations that change something (relations/sensitive_operations.sql) on one day. Who knows
--   their own rights is denied one at most; who tries keys that they found is denied many.
-- false_positives:
--   - A new role whose policy is not finished yet.
-- blind_spots:
--   - Some services log a denied call in their own words; those that say neither denied nor unauthorized are not seen.
-- triage:
--   - List every event of the access key on that day. Did other attempts succeed?
--   - Compare source_ip and user_agent with those of the principal on earlier days.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html

-- Denied attempts on purpose.
SELECT
  min(e.event_time) AS event_time,
  max(e.event_time) AS last_time,
  list(e.event_id ORDER BY e.event_time, e.event_id) AS event_ids,
  e.principal_arn,
  e.access_key_id,
  min(e.source_ip) AS source_ip,
  e.account_id,
  list(DISTINCT e.operation ORDER BY e.operation) AS operations,
  coalesce(e.principal_arn, 'somebody') || ' was denied ' || count(DISTINCT e.operation)
    || ' operations that intruders use: '
    || array_to_string(list_slice(list(DISTINCT e.operation ORDER BY e.operation), 1, 5), ', ')
    || CASE WHEN count(DISTINCT e.operation) > 5 THEN ' and others' ELSE '' END AS summary
FROM events AS e
JOIN sensitive_operations AS s ON s.operation = e.operation
WHERE s.severity <> 'informational'
  AND (e.error_code LIKE '%AccessDenied%' OR e.error_code LIKE '%Unauthorized%')
  AND e.invoked_by IS NULL
  AND e.identity_type IS DISTINCT FROM 'AWSService'
GROUP BY
  e.principal_arn,
  e.access_key_id,
  e.account_id,
  CAST(e.event_time AS DATE)
HAVING count(DISTINCT e.operation) >= 2;
