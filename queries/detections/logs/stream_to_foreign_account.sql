-- id: logs_stream_to_foreign_account
-- title: Logs or events sent to a foreign account
-- severity: high
-- status: stable
-- attack: [T1537, T1020]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A subscription filter of CloudWatch Logs or a rule of EventBridge sends what it sees to
--   an account that is neither in this case nor named as known, or the policy of an event bus
--   or log destination was opened to one or to everyone.
-- false_positives:
--   - "A central logging account, or a vendor for monitoring: name the account as known."
-- blind_spots:
--   - A stream or bucket in the own account that another reads from looks ordinary.
-- triage:
--   - Remove the target; whose account is foreign_account?
--   - What has passed through resource since event_time? Secrets in logs are to be rotated.
-- references:
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
--   - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
--   - https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html

WITH own AS (
  -- The accounts of the case and those that the analyst named are no strangers.
  SELECT value AS id
  FROM known
  WHERE kind = 'account_id'
  UNION
  SELECT account_id AS id
  FROM accounts
  WHERE account_id IS NOT NULL
),
targets AS (
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
    operation,
    coalesce(
      request_parameters ->> '$.logGroupName',
      request_parameters ->> '$.rule',
      request_parameters ->> '$.eventBusName',
      request_parameters ->> '$.destinationName'
    ) AS resource,
    unnest(CASE
      WHEN operation = 'logs:PutSubscriptionFilter' THEN [request_parameters ->> '$.destinationArn']
      WHEN operation = 'events:PutTargets' THEN regexp_extract_all(request_parameters, '"arn"\s*:\s*"([^"]+)"', 1)
      -- An organization as the condition of everyone is no stranger.
      WHEN json_type(request_parameters, '$.condition') = 'OBJECT' THEN CAST([] AS VARCHAR[])
      WHEN (request_parameters ->> '$.principal') IS NOT NULL THEN [request_parameters ->> '$.principal']
      -- A policy is a JSON string: its principals.
      ELSE regexp_extract_all(
        coalesce(request_parameters ->> '$.policy', request_parameters ->> '$.accessPolicy'),
        '"(arn:aws[a-z-]*:iam::[0-9]{12}:[^"]*|[0-9]{12})"', 1)
    END) AS target
  FROM events
  WHERE operation IN (
      'logs:PutSubscriptionFilter',
      'logs:PutDestinationPolicy',
      'events:PutTargets',
      'events:PutPermission'
    )
    AND error_code IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
judged AS (
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
    operation,
    resource,
    target,
    CASE target WHEN '*' THEN 'everyone' ELSE regexp_extract(target, '([0-9]{12})', 1) END AS foreign_account
  FROM targets
)
SELECT
  event_time,
  [event_id] AS event_ids,
  any_value(principal_arn) AS principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(account_id) AS account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  any_value(resource) AS resource,
  string_agg(DISTINCT foreign_account, ', ' ORDER BY foreign_account) AS foreign_account,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' called ' || any_value(operation) || ' on ' || coalesce(any_value(resource), '?') || ' for '
    || string_agg(DISTINCT target, ', ' ORDER BY target) AS summary
FROM judged
WHERE foreign_account = 'everyone'
  OR (foreign_account <> '' AND foreign_account <> account_id AND foreign_account NOT IN (SELECT id FROM own))
GROUP BY
  event_time,
  event_id;
