-- id: reports_persistence_changes
-- title: Changes that let somebody come back
-- answers: [Q20]
-- requires: [management]
-- description: >
--   Operations of the tactic persistence, as sensitive_operations lists them: new
--   users, keys, passwords, roles and trusts, policies, identity providers, code that runs
--   on events, images. outcome keeps failed attempts apart. Sign-ins are in
--   reports_console_sign_ins; what services made for themselves is left out. 5,000 rows.

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
WHERE regexp_matches(o.technique, '^T(1037|1053|1098|1133|1136|1505|1525|1543|1546|1554|1556)')
  AND e.mutating
  AND e.identity_type <> 'AWSService'
  AND e.invoked_by IS NULL
  AND NOT contains(coalesce(e.principal_arn, ''), ':role/aws-service-role/')
ORDER BY
  e.event_time,
  e.event_id
LIMIT 5000;
