-- The most frequent values over time. Asked over "counted"; the values are the begin of
-- the first bucket, its length in microseconds, and how many values are wanted.
WITH valued AS (
  SELECT
    coalesce(CAST(value AS VARCHAR), '') AS value,
    (epoch_us(event_time) - ?) // ? AS bucket,
    count(*) AS events
  FROM counted
  GROUP BY ALL
),
frequent AS (
  SELECT value, CAST(sum(events) AS BIGINT) AS total
  FROM valued
  GROUP BY value
  ORDER BY total DESC, value
  LIMIT ?
)
SELECT
  v.value,
  f.total,
  v.bucket,
  v.events
FROM valued AS v
JOIN frequent AS f ON f.value = v.value
ORDER BY f.total DESC, v.value, v.bucket
