-- A row for every account, region and hour with events, and a row for every run of
-- hours without any between the first and the last event of that account and region.
WITH hourly AS (
  SELECT
    account_id,
    region,
    hour,
    CAST(sum(events) AS BIGINT) AS events,
    string_agg(event_category, ',' ORDER BY event_category) AS categories,
    lag(hour) OVER (PARTITION BY account_id, region ORDER BY hour) AS before
  FROM coverage
  WHERE hour IS NOT NULL
  GROUP BY account_id, region, hour
)
SELECT
  account_id,
  region,
  hour,
  1 AS hours,
  events,
  categories,
  false AS hole
FROM hourly
UNION ALL
SELECT
  account_id,
  region,
  before + INTERVAL '1 hour' AS hour,
  date_diff('hour', before, hour) - 1 AS hours,
  0 AS events,
  NULL AS categories,
  true AS hole
FROM hourly
WHERE date_diff('hour', before, hour) > 1
ORDER BY account_id, region, hour;
