-- id: reports_cross_account_use
-- title: Callers from other accounts
-- answers: [Q35]
-- requires: [management]
-- description: >
--   Who of another account called what in which account. owned says whether the case has
--   logs of the caller's account; known_as is what the analyst calls it. An account that is
--   neither is a partner, a vendor or an intruder. Calls of AWS services are left out.
--   1,000 rows, strangers first.

SELECT
  e.caller_account_id,
  e.account_id,
  e.principal_arn,
  e.operation,
  a.account_id IS NOT NULL AS owned,
  k.name AS known_as,
  count(*) FILTER (WHERE e.error_code IS NULL) AS succeeded,
  count(e.error_code) AS errors,
  list(DISTINCT e.region ORDER BY e.region) AS regions,
  list_slice(list(DISTINCT e.source_ip ORDER BY e.source_ip), 1, 20) AS source_ips,
  min(e.event_time) AS first_time,
  max(e.event_time) AS last_time
FROM events AS e
LEFT JOIN accounts AS a ON a.account_id = e.caller_account_id
LEFT JOIN known AS k
  ON k.kind = 'account_id'
  AND k.value = e.caller_account_id
WHERE e.caller_account_id <> e.account_id
  AND e.identity_type <> 'AWSService'
GROUP BY
  e.caller_account_id,
  e.account_id,
  e.principal_arn,
  e.operation,
  a.account_id,
  k.name
ORDER BY
  a.account_id IS NULL AND k.name IS NULL DESC,
  succeeded DESC,
  first_time,
  e.caller_account_id,
  e.operation
LIMIT 1000;
