-- id: logs_audit_retention_shortened
-- title: Retention of an audit log group shortened
-- severity: medium
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   The retention of a log group that a trail delivers to, or whose name speaks of audit, was
--   set below 30 days, or a log group of any name to one day that kept its events longer
--   before. Older events are deleted.
-- false_positives:
--   - A log group that is set up with short retention because a bucket keeps the events.
-- blind_spots:
--   - What the retention was before is known only when it was set within the case.
-- triage:
--   - "Set the retention back now: events are deleted up to 72 hours after they expire."
--   - List every event by access_key_id in the hour before and after.
-- references:
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html

WITH trail_groups AS (
  -- Log groups that a trail of the case delivers to.
  SELECT DISTINCT regexp_extract(request_parameters ->> '$.cloudWatchLogsLogGroupArn', 'log-group:([^:]+)', 1) AS log_group
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
    AND error_code IS NULL
),
settings AS (
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
    request_parameters ->> '$.logGroupName' AS log_group,
    TRY_CAST(request_parameters ->> '$.retentionInDays' AS INTEGER) AS days
  FROM events
  WHERE operation = 'logs:PutRetentionPolicy'
    AND error_code IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
compared AS (
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
    log_group,
    days,
    lag(days) OVER (PARTITION BY account_id, region, log_group ORDER BY event_time) AS days_before
  FROM settings
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  log_group AS resource,
  days,
  days_before,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' set the retention of log group ' || log_group || ' to ' || days || ' days'
    || coalesce(' from ' || days_before, '') AS summary
FROM compared
WHERE (
    days < 30
    AND coalesce(days_before, 9999) > days
    AND (
      log_group IN (SELECT t.log_group FROM trail_groups AS t WHERE t.log_group <> '')
      OR regexp_matches(log_group, '(?i)(cloudtrail|flow-?logs?|guardduty|vpc-?flow|route53|resolver|query-?log|waf|firewall|audit|security|/aws/eks/.*/cluster|ssm|session-?manager)')
    )
  )
  OR (days = 1 AND days_before > 1);
