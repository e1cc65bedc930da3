-- Who did what from where, a row for every identity, client, account, region and
-- operation: what the lists of principals, keys, addresses and operations are summed up
-- from. Asked over "logged": the table of events, with in_scope. "known_since" is
-- of the whole case.
SELECT
  identity_id,
  client_id,
  account_id,
  region,
  event_source,
  operation,
  count(*) FILTER (WHERE in_scope) AS events,
  count(error_code) FILTER (WHERE in_scope) AS failed,
  count(*) FILTER (WHERE in_scope AND mutating) AS writes,
  min(event_time) FILTER (WHERE in_scope) AS first_seen,
  max(event_time) FILTER (WHERE in_scope) AS last_seen,
  min(event_time) AS known_since
FROM logged
GROUP BY ALL
