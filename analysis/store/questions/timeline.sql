-- Events a bucket of time, buckets without events included. The bucket is an hour
-- unless SET VARIABLE bucket says otherwise.
WITH counted AS (
  SELECT
    time_bucket(coalesce(getvariable('bucket'), INTERVAL '1 hour'), event_time) AS bucket,
    count(*) AS events,
    count(error_code) AS errors,
    count(*) FILTER (WHERE mutating) AS writes,
    count(DISTINCT principal_arn) AS principals
  FROM events
  WHERE event_time IS NOT NULL
  GROUP BY ALL
), span AS (
  SELECT
    unnest(generate_series(min(bucket), max(bucket), coalesce(getvariable('bucket'), INTERVAL '1 hour'))) AS bucket
  FROM counted
)
SELECT
  span.bucket AS "time",
  coalesce(counted.events, 0) AS events,
  coalesce(counted.errors, 0) AS errors,
  coalesce(counted.writes, 0) AS writes,
  coalesce(counted.principals, 0) AS principals
FROM span
LEFT JOIN counted ON counted.bucket = span.bucket
ORDER BY span.bucket;
