-- id: threshold_denied_many_operations
-- title: Access denied over many operations of many services
-- severity: high
-- status: stable
-- attack: [T1526, T1087.004, T1580]
-- requires: [management]
-- key: [principal_arn, access_key_id, source_ip, account_id, event_time]
-- description: >
--   One caller was refused ten or more different operations of three or more services within
--   one hour. Somebody tries out what a credential may do: an application that lacks a
--   permission is refused the same one or two calls again and again.
-- false_positives:
--   - A new application or pipeline whose policy is still being written.
--   - A posture scanner that was given too small a role.
-- blind_spots:
--   - Denied attempts are what it is about; a tool that only asks for what is allowed is in
--     threshold_discovery_many_services.
--   - Calls that services make for a principal (invokedBy, service-linked roles) are left
--     out.
--   - Calls with a key that does not exist are in no log at all.
-- triage:
--   - "List what the same access_key_id did with success in the hour before and after: error_code IS NULL."
--   - Look at source_ip and user_agent. Did this principal use them before?
--   - Find out how the credential got out, and disable it when nobody knows the caller.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1526/

-- Denied calls are wanted here: the refusals are the finding. Each caller's hour counts
-- from its first refusal, so that a burst is not cut in two by the clock.
WITH denied AS MATERIALIZED (
  SELECT
    event_time,
    event_id,
    event_source,
    operation,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    user_agent
  FROM events
  WHERE error_code IS NOT NULL
    AND (
      contains(error_code, 'AccessDenied')
      OR contains(error_code, 'Unauthorized')
      OR error_code IN ('AuthorizationError', 'AuthorizationErrorException', 'Forbidden', 'ForbiddenException')
    )
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND source_ip_lo IS NOT NULL
),

callers AS (
  SELECT
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    CAST(event_time AS DATE) AS day,
    min(event_time) AS began
  FROM denied
  GROUP BY
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    CAST(event_time AS DATE)
  HAVING count(DISTINCT operation) >= 10
)

SELECT
  min(d.event_time) AS event_time,
  max(d.event_time) AS last_time,
  list(d.event_id ORDER BY d.event_time) AS event_ids,
  d.principal_arn,
  d.access_key_id,
  d.source_ip,
  d.account_id,
  arg_min(d.user_agent, d.event_time) AS user_agent,
  count(*) AS denied,
  count(DISTINCT d.operation) AS operations,
  count(DISTINCT d.event_source) AS services,
  coalesce(d.principal_arn, d.access_key_id, 'somebody') || ' was refused ' || count(DISTINCT d.operation)
  || ' operations of ' || count(DISTINCT d.event_source) || ' services within an hour, from ' || coalesce(d.source_ip, '?') AS summary
FROM denied AS d
JOIN callers AS c
  ON c.principal_arn IS NOT DISTINCT FROM d.principal_arn
  AND c.access_key_id IS NOT DISTINCT FROM d.access_key_id
  AND c.source_ip = d.source_ip
  AND c.account_id IS NOT DISTINCT FROM d.account_id
  AND c.day = CAST(d.event_time AS DATE)
GROUP BY
  d.principal_arn,
  d.access_key_id,
  d.source_ip,
  d.account_id,
  c.began,
  time_bucket(INTERVAL 1 HOUR, d.event_time, c.began)
HAVING count(DISTINCT d.operation) >= 10
  AND count(DISTINCT d.event_source) >= 3;
