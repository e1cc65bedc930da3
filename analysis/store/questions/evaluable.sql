-- Which categories of event the scope has, per account, region and service.
SELECT
  coalesce(account_id, '') AS account_id,
  coalesce(region, '') AS region,
  coalesce(event_category, '') AS event_category,
  coalesce(event_source, '') AS event_source,
  count(*) AS events
FROM temp.main.events
GROUP BY ALL;
