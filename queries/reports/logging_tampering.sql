-- id: reports_logging_tampering
-- title: Changes to logging and monitoring
-- answers: [Q22]
-- requires: [management]
-- description: >
--   Operations that blind somebody, as sensitive_operations lists them (disable or modify
--   tools and cloud logs, indicator removal): trails, GuardDuty, Config, flow logs, Security
--   Hub, alarms. outcome keeps failed attempts apart. What happened in the account after the
--   first that was done may be missing from the case: see reports_logging_gaps. 5,000 rows.

SELECT
  e.event_time,
  e.account_id,
  e.region,
  e.operation,
  CASE WHEN e.error_code IS NULL THEN 'done' ELSE e.error_code END AS outcome,
  o.severity,
  o.technique,
  o.reason,
  e.principal_arn,
  e.session_name,
  e.access_key_id,
  e.source_ip,
  e.request_parameters,
  e.event_id
FROM events AS e
JOIN sensitive_operations AS o ON o.operation = e.operation
WHERE regexp_matches(o.technique, '^T(1070|1685)')
  AND e.identity_type <> 'AWSService'
ORDER BY
  e.event_time,
  e.event_id
LIMIT 5000;
