-- Where objects came from: a bucket with its prefix before AWSLogs, an archive, a folder.
WITH placed AS (
  SELECT
    CASE
      WHEN contains(uri, '/AWSLogs/') THEN string_split(uri, '/AWSLogs/')[1]
      WHEN contains(uri, '!/') THEN string_split(uri, '!/')[1]
      WHEN starts_with(uri, 'file://') THEN regexp_replace(uri, '/[^/]*$', '')
      ELSE uri
    END AS source,
    *
  FROM objects
)
SELECT
  source,
  count(*) AS objects,
  CAST(sum(size) AS BIGINT) AS bytes,
  CAST(coalesce(sum(records - duplicates) FILTER (WHERE kind NOT LIKE 'config-%'), 0) AS BIGINT) AS events,
  count(*) FILTER (WHERE status <> 'ok') AS problems,
  count(DISTINCT account_id) AS accounts,
  count(DISTINCT region) AS regions,
  min(first_event_at) AS first_seen,
  max(last_event_at) AS last_seen,
  max(ingested_at) AS ingested_at
FROM placed
GROUP BY source
ORDER BY ingested_at DESC, source;
