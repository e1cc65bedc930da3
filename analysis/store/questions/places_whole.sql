-- places.sql over the whole case: what view events joins to its table is not asked for, and
-- the engine does not leave the joins out.
SELECT
  account_id,
  region,
  count(*) AS events,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen
FROM ev.cloudtrail_events
GROUP BY account_id, region
ORDER BY events DESC, account_id, region;
