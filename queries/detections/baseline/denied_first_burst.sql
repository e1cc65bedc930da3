-- id: baseline_denied_first_burst
-- title: Principal that was never refused is refused many times
-- severity: medium
-- status: stable
-- attack: [T1526, T1078.004]
-- requires: [management]
-- key: [principal_arn, account_id]
-- baseline: true
-- description: >
--   A principal with at least three days of history without one refusal was refused ten or
--   more times within an hour, by three or more operations. Its credential now asks for what
--   it was never made for.
-- false_positives:
--   - A policy that was narrowed, or a release that needs more than it got.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - An intruder who asks only for what the principal may do is not refused.
--   - A principal with any refusal before is not covered; threshold_denied_many_operations
--     counts without history.
-- triage:
--   - Was a policy of the principal_arn changed in the hour before?
--   - Are source_ip and user_agent of the refused calls the usual ones?
--   - What did the same access_key_id do with success in that hour?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1526/

-- Refused calls are wanted here.
WITH denied AS (
  SELECT
    event_time,
    event_id,
    operation,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    user_agent,
    min(event_time) OVER (PARTITION BY principal_arn, account_id) AS first_denied
  FROM events
  WHERE error_code IS NOT NULL
    AND (contains(error_code, 'AccessDenied') OR contains(error_code, 'Unauthorized'))
    AND principal_arn IS NOT NULL
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
),

principals AS (
  SELECT
    principal_arn,
    account_id,
    min(first_time) AS began
  FROM activity
  GROUP BY
    principal_arn,
    account_id
)

SELECT
  min(d.event_time) AS event_time,
  max(d.event_time) AS last_time,
  list(d.event_id ORDER BY d.event_time)[1:200] AS event_ids,
  d.principal_arn,
  arg_min(d.access_key_id, d.event_time) AS access_key_id,
  arg_min(d.source_ip, d.event_time) AS source_ip,
  d.account_id,
  arg_min(d.user_agent, d.event_time) AS user_agent,
  count(*) AS denied,
  count(DISTINCT d.operation) AS operations,
  CAST(date_diff('second', any_value(p.began), min(d.event_time)) / 86400.0 AS DOUBLE) AS history_days,
  d.principal_arn || ', never refused before, was refused ' || count(*) || ' times within an hour from '
  || coalesce(arg_min(d.source_ip, d.event_time), '?') || ': ' || array_to_string(list(DISTINCT d.operation ORDER BY d.operation)[1:6], ', ') AS summary
FROM denied AS d
JOIN principals AS p
  ON p.principal_arn = d.principal_arn
  AND p.account_id = d.account_id
WHERE d.event_time < d.first_denied + INTERVAL 1 HOUR
  AND d.first_denied >= p.began + INTERVAL 3 DAY
GROUP BY
  d.principal_arn,
  d.account_id
HAVING count(*) >= 10
  AND count(DISTINCT d.operation) >= 3;
