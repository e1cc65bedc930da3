-- id: reports_bucket_reads
-- title: Objects read from buckets
-- answers: [Q25]
-- requires: [data]
-- description: >
--   Per principal, key, address and bucket: reads of objects, how many different ones, and
--   how many bytes went out. Needs S3 data events: an account that data_logged does not
--   list may have lost everything without a trace here. The 1,000 largest by objects.

WITH logged AS (
  SELECT
    list(DISTINCT account_id || ' ' || region ORDER BY account_id || ' ' || region) AS data_logged
  FROM events
  WHERE event_category = 'Data'
    AND event_source = 's3.amazonaws.com'
)
SELECT
  e.account_id,
  e.principal_arn,
  e.access_key_id,
  e.source_ip,
  e.request_parameters ->> '$.bucketName' AS bucket,
  count(*) FILTER (WHERE e.error_code IS NULL) AS reads,
  count(DISTINCT e.request_parameters ->> '$.key') FILTER (WHERE e.error_code IS NULL) AS objects,
  CAST(sum(TRY_CAST(e.additional_event_data ->> '$.bytesTransferredOut' AS DOUBLE)) FILTER (WHERE e.error_code IS NULL) AS BIGINT) AS bytes_out,
  count(e.error_code) AS errors,
  bool_or(e.vpc_endpoint_id IS NOT NULL) AS through_vpc_endpoint,
  list(DISTINCT e.user_agent ORDER BY e.user_agent) AS user_agents,
  min(e.event_time) AS first_time,
  max(e.event_time) AS last_time,
  any_value(l.data_logged) AS data_logged
FROM events AS e
CROSS JOIN logged AS l
WHERE e.operation IN ('s3:GetObject', 's3:GetObjectTorrent', 's3:SelectObjectContent')
GROUP BY
  e.account_id,
  e.principal_arn,
  e.access_key_id,
  e.source_ip,
  e.request_parameters ->> '$.bucketName'
ORDER BY
  objects DESC,
  first_time,
  e.principal_arn,
  e.source_ip,
  bucket
LIMIT 1000;
