-- id: reports_logging_gaps
-- title: Hours without any event
-- answers: [Q23]
-- description: >
--   Gaps of an hour or more in what an account and region logged, the least likely by
--   chance first: long ones where events are usual. share_of_hours is how many of the hours between its first and
--   last event have some: near 1, a gap is suspicious; near 0, it is a quiet region.
--   objects_delivered counts log objects of the case for that time: with 0, either
--   nothing was delivered or nothing was fetched; unreadable counts those that failed.
--   logging_changes are what somebody did to trails within the hour before. A digest that
--   covers the gap says whether CloudTrail delivered at all. 500 rows.

WITH hours AS (
  SELECT DISTINCT
    account_id,
    region,
    hour
  FROM coverage
  WHERE event_category <> 'Insight'
    AND hour IS NOT NULL
),
gaps AS (
  SELECT
    account_id,
    region,
    lag(hour) OVER places + INTERVAL 1 HOUR AS gap_start,
    hour AS gap_end,
    date_diff('hour', lag(hour) OVER places, hour) - 1 AS missing_hours,
    count(*) OVER whole AS hours_with_events,
    date_diff('hour', min(hour) OVER whole, max(hour) OVER whole) + 1 AS hours_between
  FROM hours
  WINDOW
    places AS (PARTITION BY account_id, region ORDER BY hour),
    whole AS (PARTITION BY account_id, region)
),
long AS (
  SELECT
    account_id,
    region,
    gap_start,
    gap_end,
    missing_hours,
    round(hours_with_events / hours_between, 2) AS share_of_hours
  FROM gaps
  WHERE missing_hours >= 1
    AND hours_with_events >= 3
  ORDER BY
    missing_hours * -ln(1 - least(share_of_hours, 0.99)) DESC,
    gap_start,
    account_id,
    region
  LIMIT 500
),
changes AS (
  SELECT
    account_id,
    event_time,
    operation
  FROM events
  WHERE operation IN ('cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors', 'cloudtrail:StartLogging')
    AND error_code IS NULL
),
tampering AS (
  SELECT
    g.account_id,
    g.region,
    g.gap_start,
    list(DISTINCT c.operation ORDER BY c.operation) AS operations
  FROM long AS g
  JOIN changes AS c
    ON c.account_id = g.account_id
    AND c.event_time BETWEEN g.gap_start - INTERVAL 2 HOUR AND g.gap_start
  GROUP BY ALL
),
delivered AS (
  SELECT
    g.account_id,
    g.region,
    g.gap_start,
    count(*) AS objects,
    count(*) FILTER (WHERE o.status IN ('failed', 'damaged', 'reading')) AS unreadable
  FROM long AS g
  JOIN objects AS o
    ON o.account_id = g.account_id
    AND o.region = g.region
    AND o.kind = 'cloudtrail'
    AND o.delivered_at > g.gap_start + INTERVAL 10 MINUTE
    AND o.delivered_at <= g.gap_end
  GROUP BY ALL
)
SELECT
  g.account_id,
  g.region,
  g.gap_start,
  g.gap_end,
  g.missing_hours,
  g.share_of_hours,
  coalesce(d.objects, 0) AS objects_delivered,
  coalesce(d.unreadable, 0) AS unreadable,
  t.operations AS logging_changes
FROM long AS g
LEFT JOIN delivered AS d
  ON d.account_id = g.account_id
  AND d.region = g.region
  AND d.gap_start = g.gap_start
LEFT JOIN tampering AS t
  ON t.account_id = g.account_id
  AND t.region = g.region
  AND t.gap_start = g.gap_start
ORDER BY
  g.missing_hours * -ln(1 - least(g.share_of_hours, 0.99)) DESC,
  g.gap_start,
  g.account_id,
  g.region;
