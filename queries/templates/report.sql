-- id: {{id}}
-- title: {{title}}
-- description: >
--   Say what this answers about the scope, and how many rows at most.

-- events is narrowed to the scope already. queries/README.md explains the rest.
SELECT
  account_id,
  operation,
  count(*) AS events,
  count(error_code) AS errors,
  min(event_time) AS first_time,
  max(event_time) AS last_time
FROM events
GROUP BY
  account_id,
  operation
ORDER BY
  events DESC,
  account_id,
  operation
LIMIT 1000;
