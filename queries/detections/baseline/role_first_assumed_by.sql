-- id: baseline_role_first_assumed_by
-- title: Role assumed by a principal that never did
-- severity: low
-- status: stable
-- attack: [T1550.001, T1078.004]
-- requires: [management]
-- key: [role_arn, principal_arn]
-- baseline: true
-- history: 3
-- description: >
--   A role that others assumed for at least three days was assumed by a principal that is in
--   the case as long and never did so before. Paths between roles are made once and then
--   used every day; a new one is a change, or somebody who found that the trust is wide.
-- false_positives:
--   - A new pipeline or a person with a new task.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - "Roles that AWS services assume, and single sign-on, are left out: there the caller is the service or the provider."
-- triage:
--   - Does the trust policy of role_arn mean this principal to come in?
--   - "Follow the issued key (view sessions, issued_key): what was done with it?"
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
--   - https://attack.mitre.org/techniques/T1550/001/

WITH assumed AS (
  SELECT
    role_arn,
    principal_arn,
    min(event_time) AS first_time,
    arg_min(event_id, event_time) AS event_id,
    arg_min(account_id, event_time) AS account_id,
    arg_min(parent_key, event_time) AS access_key_id,
    arg_min(source_ip, event_time) AS source_ip,
    arg_min(user_agent, event_time) AS user_agent
  FROM sessions
  WHERE operation = 'sts:AssumeRole'
    AND role_arn IS NOT NULL
    AND principal_arn IS NOT NULL
    AND invoked_by IS NULL
    AND identity_type IN ('IAMUser', 'AssumedRole', 'Root', 'FederatedUser')
  GROUP BY
    role_arn,
    principal_arn
),

rated AS (
  SELECT
    role_arn,
    principal_arn,
    first_time,
    event_id,
    account_id,
    access_key_id,
    source_ip,
    user_agent,
    min(first_time) OVER (PARTITION BY role_arn) AS role_began
  FROM assumed
),

principals AS (
  SELECT
    principal_arn,
    min(first_time) AS began
  FROM activity
  GROUP BY
    principal_arn
)

SELECT
  r.first_time AS event_time,
  [r.event_id] AS event_ids,
  r.principal_arn,
  r.access_key_id,
  r.source_ip,
  r.role_arn AS resource,
  r.account_id,
  r.user_agent,
  r.role_arn,
  CAST(date_diff('second', greatest(r.role_began, p.began), r.first_time) / 86400.0 AS DOUBLE) AS history_days,
  r.principal_arn || ' assumed ' || r.role_arn || ' for the first time, from ' || coalesce(r.source_ip, '?') AS summary
FROM rated AS r
JOIN principals AS p
  ON p.principal_arn = r.principal_arn
WHERE r.first_time >= r.role_began + INTERVAL 3 DAY
  AND r.first_time >= p.began + INTERVAL 3 DAY;
