-- A small case, in tables that look like the views: the views are the contract, and
-- what stands behind them is the store's. Events are told apart by record_number,
-- which the tests list.

CREATE TEMP TABLE objects AS SELECT * FROM main.objects LIMIT 0;

CREATE TEMP TABLE events AS SELECT * FROM main.events LIMIT 0;

CREATE TEMP TABLE event_resources AS SELECT * FROM main.event_resources LIMIT 0;

CREATE TEMP TABLE event_deliveries AS SELECT * FROM main.event_deliveries LIMIT 0;

INSERT INTO objects BY NAME
SELECT
  v.id AS object_id,
  v.uri,
  v.status,
  v.reason,
  v.kind,
  v.region,
  v.size,
  v.records,
  0 AS duplicates,
  0 AS rejects,
  '111122223333' AS account_id,
  CAST(v.delivered AS TIMESTAMP) AS delivered_at,
  TIMESTAMP '2026-11-10 00:00:00' AS ingested_at
FROM (VALUES
  (1, 's3://amzn-s3-demo-bucket/AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/09/a_us-east-1_1.json.gz', 'ok', NULL, 'cloudtrail', 'us-east-1', 1500, 10, '2026-11-09 02:20:00'),
  (2, 's3://amzn-s3-demo-bucket/AWSLogs/111122223333/CloudTrail/ap-south-1/2026/11/09/b_ap-south-1_2.json.gz', 'damaged', 'gzip: unexpected end', 'cloudtrail', 'ap-south-1', 20000000, 3, '2026-11-09 03:20:00'),
  (3, 'file:///cases/notes.txt', 'ignored', 'not JSON', 'other', NULL, 12, 0, NULL)
) AS v(id, uri, status, reason, kind, region, size, records, delivered);

INSERT INTO events BY NAME
SELECT
  v.n AS record_number,
  CAST('00000000-0000-0000-0000-0000000000' || lpad(CAST(v.n AS VARCHAR), 2, '0') AS UUID) AS event_uuid,
  '00000000-0000-0000-0000-0000000000' || lpad(CAST(v.n AS VARCHAR), 2, '0') AS event_id,
  CAST(v.time AS TIMESTAMP) AS event_time,
  v.op AS operation,
  split_part(v.op, ':', 1) || '.amazonaws.com' AS event_source,
  split_part(v.op, ':', 2) AS event_name,
  v.who AS identity_type,
  v.principal AS principal_arn,
  v.ip AS source_ip,
  v.agent AS user_agent,
  v.error AS error_code,
  v.write AS mutating,
  NOT v.write AS read_only,
  v.req AS request_parameters,
  v.resp AS response_elements,
  v.region,
  '111122223333' AS account_id,
  '1.08' AS event_version,
  'AwsApiCall' AS event_type,
  'Management' AS event_category,
  1 AS object_id,
  false AS damaged
FROM (VALUES
  (1, '2026-11-09 02:00:00', 'iam:CreateUser', 'IAMUser', 'arn:aws:iam::111122223333:user/ci-deploy', '203.0.113.77', 'aws-cli/2.17.9 Linux/6.8-kali', NULL, true, '{"userName":"svc-backup"}', '{"user":{"userName":"svc-backup"}}', 'us-east-1'),
  (2, '2026-11-09 02:01:00', 'iam:CreateAccessKey', 'IAMUser', 'arn:aws:iam::111122223333:user/ci-deploy', '203.0.113.77', 'aws-cli/2.17.9 Linux/6.8-kali', NULL, true, '{"userName":"svc-backup"}', '{"accessKey":{"accessKeyId":"AKIAI44QH8DHBEXAMPLE"}}', 'us-east-1'),
  (3, '2026-11-09 02:05:30', 's3:GetObject', 'AssumedRole', 'arn:aws:iam::111122223333:role/team/OrgAdmin', '192.0.2.1', '[S3Console/0.4]', 'AccessDenied', false, '{"bucketName":"amzn-s3-demo-bucket","key":"100%_done/report.csv"}', NULL, 'us-east-1'),
  (4, '2026-11-09 23:59:59', 's3:PutObject', 'AssumedRole', 'arn:aws:iam::111122223333:role/team/OrgAdmin', '198.51.100.7', 'Boto3/1.34', NULL, true, '{"bucketName":"amzn-s3-demo-bucket1","x-amz-acl":"private","size":2048}', NULL, 'ap-south-1'),
  (5, '2026-11-10 00:00:00', 'kms:Decrypt', 'AWSService', 'cloudtrail.amazonaws.com', 'cloudtrail.amazonaws.com', 'cloudtrail.amazonaws.com', NULL, false, '{"encryptionContext":{"aws:cloudtrail:arn":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}}', NULL, 'us-east-1'),
  (6, '2026-11-10 01:00:00', 'ec2:RunInstances', 'IAMUser', 'arn:aws:iam::111122223333:user/ci-deploy-2', '2001:db8::1', 'trailbench/1.0', 'Client.UnauthorizedOperation', true, '{"instancesSet":{"items":[{"imageId":"ami-1"},{"imageId":"ami-2"}]},"maxCount":10}', NULL, 'eu-west-1'),
  (7, '2026-11-10 02:00:00', 'signin:ConsoleLogin', 'Root', 'arn:aws:iam::111122223333:root', '2001:db8:0:1:8000::2', 'Mozilla/5.0 (X11; Linux)', NULL, true, NULL, '{"ConsoleLogin":"Failure"}', 'us-east-1'),
  (8, '2026-11-10 03:00:00', 'lambda:UpdateFunctionCode', 'FederatedUser', 'arn:aws:sts::123456789012:federated-user/alice', 'AWS Internal', 'it''s "quoted"', NULL, true, '{"functionName":"f","odd key.x":"ü?\n"}', NULL, 'us-west-2'),
  (9, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL)
) AS v(n, time, op, who, principal, ip, agent, error, write, req, resp, region);

UPDATE events SET
  access_key_id = 'AKIAIOSFODNN7EXAMPLE'
WHERE record_number IN (1, 2);

UPDATE events SET
  issued_access_key_id = 'AKIAI44QH8DHBEXAMPLE'
WHERE record_number = 2;

UPDATE events SET
  identity_arn = 'arn:aws:sts::111122223333:assumed-role/OrgAdmin/ci-deploy',
  session_name = 'ci-deploy',
  session_created = TIMESTAMP '2026-11-09 01:55:00',
  mfa_authenticated = false,
  resources = '[{"ARN":"arn:aws:s3:::amzn-s3-demo-bucket/report.csv","type":"AWS::S3::Object"},{"ARN":"arn:aws:s3:::amzn-s3-demo-bucket","type":"AWS::S3::Bucket"}]',
  user_identity = '{"sessionContext":{"attributes":{"creationDate":"2026-11-09T01:55:00Z"}}}'
WHERE record_number IN (3, 4);

UPDATE events SET
  mfa_authenticated = true,
  event_type = 'AwsConsoleSignIn'
WHERE record_number = 7;

UPDATE events SET
  caller_account_id = '123456789012',
  event_category = 'Data',
  event_name = 'UpdateFunctionCode20150331v2',
  event_id = 'SHA256:Odd',
  object_id = 2,
  damaged = true
WHERE record_number = 8;

UPDATE events SET
  source_ip_hi = CASE
    WHEN record_number < 6 THEN 0
    ELSE 2306139568115548160
  END,
  source_ip_lo = CASE record_number
    WHEN 1 THEN 281474087547213
    WHEN 2 THEN 281474087547213
    WHEN 3 THEN 281473902969345
    WHEN 4 THEN 281474007000071
    WHEN 6 THEN 1
  END
WHERE record_number IN (1, 2, 3, 4, 6);

UPDATE events SET
  source_ip_hi = 2306139568115548161,
  source_ip_lo = 9223372036854775810
WHERE record_number = 7;

INSERT INTO event_resources BY NAME
SELECT
  CAST('00000000-0000-0000-0000-0000000000' || lpad(CAST(v.n AS VARCHAR), 2, '0') AS UUID) AS event_uuid,
  v.type AS resource_type,
  v.id AS resource_id,
  v.arn AS resource_arn,
  v.act AS "action",
  'rule' AS "method"
FROM (VALUES
  (1, 'AWS::IAM::User', 'svc-backup', 'arn:aws:iam::111122223333:user/svc-backup', 'created'),
  (3, 'AWS::S3::Bucket', 'amzn-s3-demo-bucket', 'arn:aws:s3:::amzn-s3-demo-bucket', 'read'),
  (4, 'AWS::S3::Bucket', 'amzn-s3-demo-bucket1', 'arn:aws:s3:::amzn-s3-demo-bucket1', 'modified'),
  (7, 'AWS::IAM::User', 'amzn-s3-demo-bucket', NULL, 'target')
) AS v(n, type, id, arn, act);

INSERT INTO event_deliveries BY NAME
SELECT
  event_id,
  event_time,
  2 AS deliveries,
  record_number = 2 AS conflicting,
  (SELECT list(uri ORDER BY uri) FROM objects WHERE object_id < 3) AS object_uris
FROM events
WHERE record_number IN (1, 2);
