-- id: baseline_caller_account_first
-- title: First calls of an account that was never seen
-- severity: medium
-- status: stable
-- attack: [T1199, T1078.004]
-- requires: [management]
-- key: [caller_account_id, account_id]
-- baseline: true
-- history: 3
-- description: >
--   After at least three days of history, a principal of another account, one that neither
--   logs into this case nor is known, made its first calls with success. Somebody was let in
--   from outside: a supplier, or whoever changed a trust or resource policy.
-- false_positives:
--   - A supplier or tool that was connected on purpose.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - Service accounts of AWS that appear as callers cannot always be told apart; calls with
--     invokedBy and service identities are left out.
-- triage:
--   - Which policy lets the caller_account_id in? Look for UpdateAssumeRolePolicy,
--     CreateRole and Put…Policy naming it before event_time.
--   - "For AssumeRole, follow the issued key: what did the role do?"
--   - "When it is known, note it: known, kind account_id."
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
--   - https://attack.mitre.org/techniques/T1199/

WITH callers AS (
  SELECT
    caller_account_id,
    account_id,
    min(first_time) AS first_time,
    max(last_time) AS last_time,
    list(first_event_id ORDER BY first_time)[1:20] AS event_ids,
    arg_min(principal_arn, first_time) AS principal_arn,
    arg_min(source_ip, first_time) AS source_ip,
    arg_min(user_agent, first_time) AS user_agent,
    arg_min(event_source, first_time) AS event_source,
    CAST(sum(events) AS BIGINT) AS events
  FROM activity
  WHERE caller_account_id <> account_id
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND errors < events
    AND caller_account_id NOT IN (SELECT value FROM known WHERE kind = 'account_id')
  GROUP BY
    caller_account_id,
    account_id
),

began AS (
  SELECT
    account_id,
    min(first_time) AS first_time
  FROM activity
  WHERE account_id IS NOT NULL
  GROUP BY
    account_id
)

SELECT
  c.first_time AS event_time,
  c.last_time,
  c.event_ids,
  c.principal_arn,
  c.source_ip,
  c.account_id,
  c.user_agent,
  c.caller_account_id,
  c.events,
  CAST(date_diff('second', b.first_time, c.first_time) / 86400.0 AS DOUBLE) AS history_days,
  'account ' || c.caller_account_id || ', never seen before, calls ' || split_part(c.event_source, '.', 1) || ' in account '
  || c.account_id || ' from ' || coalesce(c.source_ip, '?') || ': ' || c.events || ' calls' AS summary
FROM callers AS c
JOIN began AS b
  ON b.account_id = c.account_id
WHERE c.first_time >= b.first_time + INTERVAL 3 DAY
  AND c.caller_account_id NOT IN (SELECT account_id FROM began);
