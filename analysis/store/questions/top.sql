-- How often each value occurs. Asked over "counted": a value, time and error code
-- for every event.
SELECT
  value,
  count(*) AS events,
  round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS percent,
  count(error_code) AS errors,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen
FROM counted
GROUP BY value
ORDER BY events DESC, value NULLS FIRST;
