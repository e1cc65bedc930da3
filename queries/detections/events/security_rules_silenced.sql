-- id: events_security_rules_silenced
-- title: EventBridge rule that watches security events disabled or deleted
-- severity: medium
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A rule of EventBridge was disabled or deleted, or lost its targets, that by its name or
--   its pattern forwards findings or sensitive calls: GuardDuty, Security Hub, CloudTrail,
--   sign-in, Config, Macie.
-- false_positives:
--   - An infrastructure tool that replaces the rule under a new name. Rules that AWS services
--     manage for themselves do not fire.
-- blind_spots:
--   - A pattern is known only when the rule was made or changed within the case; else the
--     name decides.
-- triage:
--   - Is the rule enabled again now, with its targets?
--   - List the findings and events that it would have forwarded since event_time.
-- references:
--   - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
--   - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html

WITH watching AS (
  SELECT DISTINCT
    account_id,
    request_parameters ->> '$.name' AS rule
  FROM events
  WHERE operation = 'events:PutRule'
    AND error_code IS NULL
    AND regexp_matches(request_parameters ->> '$.eventPattern',
      '(aws\.(guardduty|securityhub|signin|macie|config|access-analyzer|inspector2?|health)|via CloudTrail|Console Sign In)')
),
silenced AS (
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
    coalesce(request_parameters ->> '$.name', request_parameters ->> '$.rule') AS rule
  FROM events
  WHERE operation IN ('events:DisableRule', 'events:DeleteRule', 'events:RemoveTargets')
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
)
SELECT
  min(s.event_time) AS event_time,
  max(s.event_time) AS last_time,
  list(s.event_id ORDER BY s.event_time) AS event_ids,
  s.principal_arn,
  any_value(s.access_key_id) AS access_key_id,
  any_value(s.source_ip) AS source_ip,
  s.account_id,
  s.region,
  any_value(s.user_agent) AS user_agent,
  s.rule AS resource,
  any_value(coalesce(nullif(regexp_extract(s.principal_arn, '[^:/]+$'), ''), s.identity_type, 'unknown')) || ' called ' || string_agg(DISTINCT s.event_name, ', ' ORDER BY s.event_name) || ' on rule ' || s.rule AS summary
FROM silenced AS s
WHERE regexp_matches(s.rule, '(?i)(guardduty|security|cloudtrail|macie|inspector|root|sign-?in|console-?login|audit|siem|incident|detect)')
  OR EXISTS (
    SELECT 1
    FROM watching AS w
    WHERE w.account_id = s.account_id
      AND w.rule = s.rule
  )
GROUP BY
  s.account_id,
  s.region,
  s.principal_arn,
  s.rule,
  CAST(s.event_time AS DATE);
