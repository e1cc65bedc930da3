-- A first look: accounts, principals, errors, hours that stand out, and what was
-- seen for the first time late in the case. A row a value.
WITH span AS (
  SELECT
    min(event_time) AS first_time,
    max(event_time) AS last_time
  FROM events
), hourly AS (
  SELECT
    date_trunc('hour', event_time) AS hour,
    count(*) AS events,
    count(*) FILTER (WHERE mutating) AS writes,
    count(error_code) AS errors
  FROM events
  WHERE event_time IS NOT NULL
  GROUP BY ALL
), typical AS (
  SELECT
    median(events) AS events,
    median(writes) AS writes,
    median(errors) AS errors
  FROM hourly
), newcomers AS (
  SELECT
    'source_ip' AS field,
    source_ip AS value,
    count(*) AS events,
    min(event_time) AS first_seen,
    max(event_time) AS last_seen
  FROM events
  WHERE source_ip_hi IS NOT NULL
  GROUP BY source_ip
  UNION ALL
  SELECT
    'principal_arn',
    principal_arn,
    count(*),
    min(event_time),
    max(event_time)
  FROM events
  WHERE principal_arn IS NOT NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  GROUP BY principal_arn
  UNION ALL
  SELECT
    'access_key_id',
    access_key_id,
    count(*),
    min(event_time),
    max(event_time)
  FROM events
  WHERE starts_with(access_key_id, 'AKIA')
  GROUP BY access_key_id
  UNION ALL
  SELECT
    'operation',
    operation,
    count(*),
    min(event_time),
    max(event_time)
  FROM events
  WHERE mutating AND management_event IS DISTINCT FROM false
  GROUP BY operation
  UNION ALL
  SELECT
    'region',
    region,
    count(*),
    min(event_time),
    max(event_time)
  FROM events
  GROUP BY region
)
SELECT
  section,
  field,
  value,
  events,
  first_seen,
  last_seen,
  detail
FROM (
  SELECT
    1 AS rank,
    'accounts' AS section,
    'account_id' AS field,
    account_id AS value,
    count(*) AS events,
    min(event_time) AS first_seen,
    max(event_time) AS last_seen,
    'regions: ' || count(DISTINCT region) AS detail,
    CAST(count(*) AS DOUBLE) AS weight
  FROM events
  GROUP BY account_id
  UNION ALL
  SELECT
    2,
    'principals',
    'principal_arn',
    principal_arn,
    count(*) AS events,
    min(event_time),
    max(event_time),
    'writes: ' || count(*) FILTER (WHERE mutating) || ', errors: ' || count(error_code),
    CAST(count(*) AS DOUBLE)
  FROM events
  WHERE principal_arn IS NOT NULL
  AND identity_type IS DISTINCT FROM 'AWSService'
  GROUP BY principal_arn
  UNION ALL
  SELECT
    3,
    'errors',
    'error_code',
    error_code,
    count(*),
    min(event_time),
    max(event_time),
    'principals: ' || count(DISTINCT principal_arn) || ', operations: ' || count(DISTINCT operation),
    CAST(count(*) AS DOUBLE)
  FROM events
  WHERE error_code IS NOT NULL
  GROUP BY error_code
  UNION ALL
  SELECT
    4,
    'hours',
    'hour',
    strftime(hour, '%Y-%m-%dT%H:00:00Z'),
    hourly.events,
    hour,
    hour + INTERVAL '1 hour',
    'writes: ' || hourly.writes || ' (usually ' || CAST(typical.writes AS BIGINT) || '), errors: ' || hourly.errors || ' (usually ' || CAST(typical.errors AS BIGINT) || ')',
    greatest(
      (hourly.events - typical.events) / (typical.events + 5),
      (hourly.writes - typical.writes) / (typical.writes + 5),
      (hourly.errors - typical.errors) / (typical.errors + 5)
    )
  FROM hourly, typical
  WHERE hourly.events > 2 * typical.events + 10 OR hourly.writes > 3 * typical.writes + 5 OR hourly.errors > 3 * typical.errors + 5
  UNION ALL
  SELECT
    5,
    'first seen',
    field,
    value,
    events,
    first_seen,
    last_seen,
    NULL,
    CAST(events AS DOUBLE)
  FROM newcomers, span
  WHERE first_seen > first_time + (last_time - first_time) / 3
)
QUALIFY row_number() OVER (PARTITION BY rank, CASE WHEN rank = 5 THEN field END ORDER BY weight DESC, value) <= CASE WHEN rank = 5 THEN 4 ELSE 6 END
ORDER BY rank, CASE WHEN rank = 5 THEN epoch(first_seen) ELSE -weight END, value;
