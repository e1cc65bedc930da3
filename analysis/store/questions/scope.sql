-- The views that are sums of others, over a scoped connection's events and
-- event_resources. They stand in front of the file's views of the same names.
CREATE TEMP VIEW accounts AS
SELECT
  account_id,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  count(*) AS events
FROM temp.main.events
GROUP BY account_id;

CREATE TEMP VIEW resources AS
SELECT
  account_id,
  region,
  resource_type,
  resource_id,
  max(resource_arn) AS resource_arn,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  count(DISTINCT event_uuid) AS events,
  min(event_time) FILTER (WHERE action = 'created') AS created_at,
  max(event_time) FILTER (WHERE action = 'modified') AS modified_at,
  max(event_time) FILTER (WHERE action = 'deleted') AS deleted_at
FROM temp.main.event_resources
GROUP BY account_id, region, resource_type, resource_id;

CREATE TEMP VIEW coverage AS
SELECT
  account_id,
  region,
  date_trunc('hour', event_time) AS hour,
  event_category,
  count(*) AS events
FROM temp.main.events
GROUP BY ALL;
