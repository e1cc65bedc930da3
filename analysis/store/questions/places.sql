-- Accounts and regions, the busiest first.
SELECT
  account_id,
  region,
  count(*) AS events,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen
FROM events
GROUP BY account_id, region
ORDER BY events DESC, account_id, region;
