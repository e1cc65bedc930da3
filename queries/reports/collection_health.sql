-- id: reports_collection_health
-- title: What was collected, by account, region and day
-- answers: [Q49]
-- description: >
--   Per account, region and UTC day: events by category, the newest one, the log objects by
--   the day of their delivery, their size, and what could not be read. Objects that hold
--   events of other days (around midnight) make the two differ a little. The latest 2,000
--   rows.

WITH counted AS (
  SELECT
    account_id,
    region,
    CAST(event_time AS DATE) AS day,
    count(*) AS events,
    count(*) FILTER (WHERE event_category = 'Management') AS management,
    count(*) FILTER (WHERE event_category = 'Data') AS data,
    count(*) FILTER (WHERE event_category = 'Insight') AS insight,
    count(*) FILTER (WHERE event_category = 'NetworkActivity') AS network,
    max(event_time) AS newest_event
  FROM events
  WHERE event_time IS NOT NULL
  GROUP BY ALL
),
ledger AS (
  SELECT
    o.account_id,
    o.region,
    CAST(o.delivered_at AS DATE) AS day,
    count(*) AS objects,
    sum(o.records) AS records,
    sum(o.duplicates) AS duplicates,
    sum(o.rejects) AS rejects,
    sum(o.size) AS bytes,
    count(*) FILTER (WHERE o.status IN ('damaged', 'failed', 'reading')) AS unreadable,
    max(o.delivered_at) AS newest_delivery,
    max(o.ingested_at) AS last_read
  FROM objects AS o
  CROSS JOIN scope AS t
  WHERE o.kind NOT IN ('other', 'digest', 'config-snapshot', 'config-history')
    AND o.delivered_at IS NOT NULL
    AND o.delivered_at >= coalesce(t.since, o.delivered_at)
    AND o.delivered_at < coalesce(t.until, o.delivered_at + INTERVAL 1 SECOND)
    AND o.account_id IN (SELECT account_id FROM accounts)
  GROUP BY ALL
)
SELECT
  coalesce(c.day, l.day) AS day,
  coalesce(c.account_id, l.account_id) AS account_id,
  coalesce(c.region, l.region) AS region,
  coalesce(c.events, 0) AS events,
  coalesce(c.management, 0) AS management,
  coalesce(c.data, 0) AS data,
  coalesce(c.insight, 0) AS insight,
  coalesce(c.network, 0) AS network,
  c.newest_event,
  coalesce(l.objects, 0) AS objects,
  coalesce(l.bytes, 0) AS bytes,
  coalesce(l.unreadable, 0) AS unreadable,
  coalesce(l.rejects, 0) AS rejects,
  coalesce(l.duplicates, 0) AS duplicates,
  l.newest_delivery,
  l.last_read
FROM counted AS c
FULL JOIN ledger AS l
  ON l.account_id = c.account_id
  AND l.region = c.region
  AND l.day = c.day
ORDER BY
  day DESC,
  events DESC,
  account_id,
  region
LIMIT 2000;
