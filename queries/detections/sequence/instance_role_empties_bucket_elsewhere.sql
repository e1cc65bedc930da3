-- id: sequence_instance_role_empties_bucket_elsewhere
-- title: Instance credentials list the buckets and download from a second address
-- severity: high
-- status: test
-- attack: [T1552.005, T1619, T1530]
-- requires: [management, data]
-- key: [principal_arn, source_ip]
-- description: >
--   The session of an EC2 instance (its name is the instance id) listed the buckets and then read twenty or
--   more objects within two hours, all from one address, while the same instance is also known from another
--   address. Its credentials were taken away and a bucket is being read empty elsewhere.
-- false_positives:
--   - An instance that reaches S3 through a NAT gateway, and other services through endpoints, and synchronises
--     buckets at their root.
-- blind_spots:
--   - Credentials used from one address alone, all through the case, look like the instance itself.
--   - Who knows the name of the bucket needs no list.
-- triage:
--   - Is source_ip an address of the company, or a NAT gateway of the instance's VPC?
--   - Compare bytesTransferredOut and the number of keys read with an ordinary day of the same instance.
--   - "Revoke the sessions of the role, and look at ec2RoleDelivery for 1.0: how the credentials were fetched."
--   - List all other calls from source_ip.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.bucketName' AS bucket,
    request_parameters ->> '$.key' AS object_key
  FROM events
  WHERE operation IN ('s3:ListBuckets', 's3:GetObject')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND session_name LIKE 'i-%'
),
listed AS (
  SELECT
    identity_arn,
    source_ip,
    account_id,
    min(event_time) AS event_time,
    list(event_id ORDER BY event_time) AS list_events
  FROM steps
  WHERE operation = 's3:ListBuckets'
  GROUP BY identity_arn, source_ip, account_id, date_trunc('hour', event_time)
),
-- Where else each instance was seen.
elsewhere AS (
  SELECT
    identity_type,
    principal_arn,
    session_name,
    list(DISTINCT source_ip) AS addresses
  FROM activity
  WHERE session_name LIKE 'i-%'
    AND invoked_by IS NULL
    AND regexp_matches(source_ip, '^[0-9a-f.:]+$')
  GROUP BY identity_type, principal_arn, session_name
  HAVING count(DISTINCT source_ip) > 1
)
SELECT
  l.event_time,
  max(a.event_time) AS last_time,
  any_value(l.list_events) || (list(a.event_id ORDER BY a.event_time))[1:1000] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  string_agg(DISTINCT a.bucket, ', ') AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  count(DISTINCT a.bucket || '/' || a.object_key) AS objects,
  any_value(a.identity_arn) || ' listed the buckets at ' || strftime(l.event_time, '%H:%M:%S') || ' and read ' || count(DISTINCT a.bucket
    || '/' || a.object_key)
    || ' objects of ' || string_agg(DISTINCT a.bucket, ', ') || ' until ' || strftime(max(a.event_time), '%H:%M:%S') || ' from '
    || l.source_ip
    || '; the instance is also known from '
    || array_to_string(list_filter(any_value(e.addresses), lambda x: x <> l.source_ip)[1:3], ', ') AS summary
FROM listed AS l
JOIN steps AS a
  ON a.identity_arn = l.identity_arn
 AND a.source_ip = l.source_ip
 AND a.operation = 's3:GetObject'
 AND a.event_time BETWEEN l.event_time AND l.event_time + INTERVAL 2 HOUR
JOIN elsewhere AS e
  ON e.principal_arn = a.principal_arn
 AND e.session_name = regexp_extract(a.identity_arn, '[^/]+$')
GROUP BY l.identity_arn, l.source_ip, l.event_time
HAVING count(DISTINCT a.bucket || '/' || a.object_key) >= 20
QUALIFY row_number() OVER (PARTITION BY l.identity_arn, l.source_ip, CAST(l.event_time AS DATE) ORDER BY l.event_time) = 1;
