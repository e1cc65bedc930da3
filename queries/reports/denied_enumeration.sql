-- id: reports_denied_enumeration
-- title: Who was denied across many operations
-- answers: [Q12]
-- requires: [management]
-- description: >
--   Principals that were denied ten or more different operations within one hour: somebody
--   finding out what a credential may do, or a workload whose policy broke. succeeded is
--   what went through in the same hour. operations_denied lists forty at most; 1,000 rows.

SELECT
  date_trunc('hour', event_time) AS hour,
  account_id,
  principal_arn,
  access_key_id,
  source_ip,
  count(*) FILTER (WHERE denied) AS denied,
  count(DISTINCT operation) FILTER (WHERE denied) AS operations,
  count(DISTINCT event_source) FILTER (WHERE denied) AS services,
  count(DISTINCT region) FILTER (WHERE denied) AS regions,
  count(*) FILTER (WHERE error_code IS NULL) AS succeeded,
  list_slice(list(DISTINCT operation ORDER BY operation) FILTER (WHERE denied), 1, 40) AS operations_denied,
  min(event_time) FILTER (WHERE denied) AS first_denied,
  max(event_time) FILTER (WHERE denied) AS last_denied
FROM (
  SELECT
    event_time,
    account_id,
    principal_arn,
    access_key_id,
    source_ip,
    operation,
    event_source,
    region,
    error_code,
    coalesce(regexp_matches(error_code, '(?i)access.?denied|unauthorized|forbidden|not.?authorized'), false) AS denied
  FROM events
) AS calls
GROUP BY
  date_trunc('hour', event_time),
  account_id,
  principal_arn,
  access_key_id,
  source_ip
HAVING operations >= 10
ORDER BY
  operations DESC,
  hour,
  principal_arn,
  access_key_id,
  source_ip
LIMIT 1000;
