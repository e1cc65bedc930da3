-- id: sensitive_operation_used
-- title: Operation that intruders use
-- severity: informational
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, operation, account_id, region]
-- description: >
--   A principal called, with success, an operation of the list of sensitive operations
--   (relations/sensitive_operations.sql). One line for each principal, access key,
--   operation, account, region and day: no alarm, a fact for the timeline of whoever
--   other findings point to.
-- false_positives:
--   - Almost every use is; the list says what the operation would give to an intruder.
-- blind_spots:
--   - Calls of AWS services and those they make for a principal are left out.
--   - Reads that every inventory makes (informational on the list) are left out; the
--     timeline marks them.
-- triage:
--   - Look at the principals that other findings name; ignore the rest.
--   - Compare the days; an operation that the principal never used before is worth its request_parameters.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html

SELECT
  min(e.event_time) AS event_time,
  max(e.event_time) AS last_time,
  list(e.event_id ORDER BY e.event_time, e.event_id) AS event_ids,
  e.principal_arn,
  e.access_key_id,
  min(e.source_ip) AS source_ip,
  e.account_id,
  e.region,
  e.operation,
  s.severity AS weight,
  s.technique,
  coalesce(e.principal_arn, 'somebody') || ' called ' || e.operation
    || CASE count(*) WHEN 1 THEN '' ELSE ' ' || count(*) || ' times' END || ': it ' || s.reason AS summary
FROM sensitive_operations AS s
JOIN events AS e ON e.operation = s.operation
WHERE s.severity <> 'informational'
  AND e.error_code IS NULL
  AND e.invoked_by IS NULL
  AND e.identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(e.principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
GROUP BY
  e.principal_arn,
  e.access_key_id,
  e.account_id,
  e.region,
  e.operation,
  s.severity,
  s.technique,
  s.reason,
  CAST(e.event_time AS DATE);
