-- id: rds_log_file_downloaded
-- title: Log files of a database downloaded
-- severity: low
-- status: stable
-- attack: [T1213.006, T1005]
-- requires: [management]
-- key: [principal_arn, resource, day]
-- description: >
--   Log files of a database were read through the API. They can hold statements, user
--   names and data. One finding for each principal, database and day.
-- false_positives:
--   - Log shipping and monitoring.
-- blind_spots:
--   - Logs that are exported to CloudWatch are read there.
--   - Whole files, which are fetched by a signed address instead of an operation of
--     the API.
-- triage:
--   - See which files were read (request_parameters logFileName), audit logs tell
--     most.
--   - Compare with earlier days of the same principal.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  request_parameters ->> '$.dBInstanceIdentifier' AS resource,
  CAST(event_time AS DATE) AS day,
  count(DISTINCT request_parameters ->> '$.logFileName') AS files,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' downloaded ' || count(DISTINCT request_parameters ->> '$.logFileName') || ' log files of database '
    || coalesce(request_parameters ->> '$.dBInstanceIdentifier', '?') AS summary
FROM events
WHERE operation = 'rds:DownloadDBLogFilePortion'
  AND error_code IS NULL
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, account_id, region, request_parameters ->> '$.dBInstanceIdentifier', CAST(event_time AS DATE);
