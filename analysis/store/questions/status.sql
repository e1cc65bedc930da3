-- What is in the case, a row a part of it. "part" says what the row is about, "name"
-- which one. Sums over the ledger do not follow the scope; events do. Items of AWS Config
-- are no events.
WITH source AS (
  SELECT
    CASE
      WHEN starts_with(uri, 's3://') THEN regexp_extract(uri, '^s3://[^/]+')
      WHEN contains(uri, '!/') THEN regexp_extract(uri, '^(.*?)!/', 1)
      WHEN starts_with(uri, 'stdin:') THEN 'standard input'
      ELSE regexp_extract(regexp_replace(uri, '/AWSLogs/.*$', '/'), '^(.*)/', 1)
    END AS name,
    *
  FROM objects
)
SELECT
  part,
  name,
  objects,
  events,
  duplicates,
  rejects,
  first_seen,
  last_seen,
  bytes
FROM (
  SELECT
    'case' AS part,
    'events' AS name,
    (SELECT count(*) FROM objects) AS objects,
    count(*) AS events,
    (SELECT CAST(sum(duplicates) AS BIGINT) FROM objects) AS duplicates,
    (SELECT CAST(sum(rejects) AS BIGINT) FROM objects) AS rejects,
    min(event_time) AS first_seen,
    max(event_time) AS last_seen,
    (SELECT CAST(sum(size) AS BIGINT) FROM objects) AS bytes,
    1 AS rank
  FROM events
  UNION ALL
  SELECT
    'source',
    name,
    count(*),
    CAST(coalesce(sum(records) FILTER (WHERE kind NOT LIKE 'config-%'), 0) AS BIGINT),
    CAST(sum(duplicates) AS BIGINT),
    CAST(sum(rejects) AS BIGINT),
    min(first_event_at),
    max(last_event_at),
    CAST(sum(size) AS BIGINT),
    2
  FROM source
  GROUP BY name
  UNION ALL
  SELECT
    'account',
    account_id,
    NULL,
    count(*),
    NULL,
    NULL,
    min(event_time),
    max(event_time),
    NULL,
    3
  FROM events
  GROUP BY account_id
  UNION ALL
  SELECT
    'region',
    region,
    NULL,
    count(*),
    NULL,
    NULL,
    min(event_time),
    max(event_time),
    NULL,
    4
  FROM events
  GROUP BY region
  UNION ALL
  SELECT
    'category',
    event_category,
    NULL,
    count(*),
    NULL,
    NULL,
    min(event_time),
    max(event_time),
    NULL,
    5
  FROM events
  GROUP BY event_category
  UNION ALL
  SELECT
    'kind',
    kind,
    count(*),
    CAST(coalesce(sum(records) FILTER (WHERE kind NOT LIKE 'config-%'), 0) AS BIGINT),
    CAST(sum(duplicates) AS BIGINT),
    CAST(sum(rejects) AS BIGINT),
    min(first_event_at),
    max(last_event_at),
    CAST(sum(size) AS BIGINT),
    6
  FROM objects
  GROUP BY kind
  UNION ALL
  SELECT
    'status',
    status,
    count(*),
    CAST(coalesce(sum(records) FILTER (WHERE kind NOT LIKE 'config-%'), 0) AS BIGINT),
    CAST(sum(duplicates) AS BIGINT),
    CAST(sum(rejects) AS BIGINT),
    min(first_event_at),
    max(last_event_at),
    CAST(sum(size) AS BIGINT),
    7
  FROM objects
  GROUP BY status
)
ORDER BY rank, events DESC, name;
