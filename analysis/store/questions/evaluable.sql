-- Which categories of event the scope has, per account, region and service; and since
-- when the case has the account at all.
SELECT
  coalesce(e.account_id, '') AS account_id,
  coalesce(e.region, '') AS region,
  coalesce(e.event_category, '') AS event_category,
  coalesce(e.event_source, '') AS event_source,
  count(*) AS events,
  count(*) FILTER (WHERE e.read_only) AS reads,
  coalesce(min(a.first_seen), TIMESTAMP 'epoch') AS first_time,
  coalesce(max(e.event_time), TIMESTAMP 'epoch') AS last_time
FROM temp.main.events AS e
LEFT JOIN temp.main.accounts AS a ON a.account_id = e.account_id
GROUP BY ALL;
