-- id: logs_audit_log_deleted
-- title: Log group or stream of an audit log deleted
-- severity: high
-- status: stable
-- attack: [T1685.002, T1070]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A log group or stream was deleted that a trail delivers to, or whose name speaks of
--   CloudTrail, flow logs, DNS queries, firewalls, session logs, an EKS control plane or
--   audit. Its events are gone at once.
-- false_positives:
--   - Removal of a stack together with the logs of its own audit.
-- blind_spots:
--   - Log groups of applications with ordinary names, however many.
-- triage:
--   - What wrote to resource, and does the same information lie in a bucket (trail, flow
--     logs)?
--   - "List every event by access_key_id in the 24 hours before event_time: what should be
--     gone?"
-- references:
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html
--   - https://attack.mitre.org/techniques/T1070/

WITH trail_groups AS (
  -- Log groups that a trail of the case delivers to.
  SELECT DISTINCT regexp_extract(request_parameters ->> '$.cloudWatchLogsLogGroupArn', 'log-group:([^:]+)', 1) AS log_group
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
    AND error_code IS NULL
),
deletions AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    event_name,
    request_parameters ->> '$.logGroupName' AS log_group,
    request_parameters ->> '$.logStreamName' AS log_stream
  FROM events
  WHERE operation IN ('logs:DeleteLogGroup', 'logs:DeleteLogStream')
    AND error_code IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  region,
  any_value(user_agent) AS user_agent,
  log_group AS resource,
  count(*) AS deletions,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' deleted ' || CASE
    WHEN bool_or(event_name = 'DeleteLogGroup') THEN 'log group '
    ELSE count(*) || ' streams of log group '
  END || log_group AS summary
FROM deletions
WHERE log_group IN (SELECT t.log_group FROM trail_groups AS t WHERE t.log_group <> '')
  OR regexp_matches(log_group, '(?i)(cloudtrail|flow-?logs?|guardduty|vpc-?flow|route53|resolver|query-?log|waf|firewall|audit|security|/aws/eks/.*/cluster|ssm|session-?manager)')
GROUP BY
  account_id,
  region,
  principal_arn,
  log_group,
  CAST(event_time AS DATE);
