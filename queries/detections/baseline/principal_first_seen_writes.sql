-- id: baseline_principal_first_seen_writes
-- title: Principal that was never seen changes things
-- severity: informational
-- status: stable
-- attack: [T1136.003, T1078.004]
-- requires: [management]
-- key: [principal_arn, account_id]
-- baseline: true
-- description: >
--   After at least three days of history a user or role that was never seen in the account
--   made its first calls, and changed something on its first day. New colleagues and new
--   applications do that; new users of an intruder too.
-- false_positives:
--   - New people, new applications, roles that are rarely used.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - What services and service-linked roles do by themselves is left out.
-- triage:
--   - "Was the principal_arn created in this case? Look for iam:CreateUser or CreateRole naming it: by whom?"
--   - What did it write on its first day?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
--   - https://attack.mitre.org/techniques/T1136/003/

WITH began AS (
  SELECT
    account_id,
    min(first_time) AS first_time
  FROM activity
  GROUP BY
    account_id
),

principals AS (
  SELECT
    p.principal_arn,
    p.account_id,
    min(p.first_time) AS began,
    any_value(b.first_time) AS account_began
  FROM activity AS p
  JOIN began AS b
    ON b.account_id = p.account_id
  WHERE p.identity_type IN ('IAMUser', 'AssumedRole', 'FederatedUser')
    AND p.invoked_by IS NULL
  GROUP BY
    p.principal_arn,
    p.account_id
  HAVING min(p.first_time) >= any_value(b.first_time) + INTERVAL 3 DAY
)

SELECT
  min(a.first_time) AS event_time,
  max(a.last_time) AS last_time,
  list(a.first_event_id ORDER BY a.first_time)[1:20] AS event_ids,
  a.principal_arn,
  arg_min(a.access_key_id, a.first_time) AS access_key_id,
  arg_min(a.source_ip, a.first_time) AS source_ip,
  a.account_id,
  arg_min(a.user_agent, a.first_time) AS user_agent,
  CAST(sum(a.events) AS BIGINT) AS events,
  CAST(sum(a.writes) FILTER (WHERE a.errors < a.events) AS BIGINT) AS writes,
  CAST(date_diff('second', any_value(p.account_began), min(a.first_time)) / 86400.0 AS DOUBLE) AS history_days,
  a.principal_arn || ' is seen for the first time, from ' || coalesce(arg_min(a.source_ip, a.first_time), '?') || ', and made '
  || CAST(sum(a.writes) FILTER (WHERE a.errors < a.events) AS BIGINT) || ' calls that write on its first day' AS summary
FROM principals AS p
JOIN activity AS a
  ON a.principal_arn = p.principal_arn
  AND a.account_id = p.account_id
  AND a.day = CAST(p.began AS DATE)
WHERE a.invoked_by IS NULL
  AND NOT contains(a.principal_arn, '/aws-service-role/')
  AND NOT contains(a.source_ip, 'amazonaws.com')
  AND a.event_source <> 'signin.amazonaws.com'
GROUP BY
  a.principal_arn,
  a.account_id
HAVING sum(a.writes) FILTER (WHERE a.errors < a.events) > 0;
