-- id: baseline_workload_new_sensitive_service
-- title: Workload calls a service of administration for the first time
-- severity: medium
-- status: stable
-- attack: [T1078.004, T1087.004]
-- requires: [management]
-- key: [principal_arn, account_id]
-- baseline: true
-- history: 1
-- description: >
--   The role of an instance, container or function, with at least a day and fifty calls of
--   history, called IAM, Organizations, Identity Center, the security services (CloudTrail,
--   GuardDuty, Security Hub, Config), quotas or SES for the first time. Servers do not begin
--   to ask about users; whoever sits on them does. Refused calls count.
-- false_positives:
--   - A release that sends its first mail, or an agent that was installed.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - "The first secret, parameter or model of a workload is left out: releases do that."
--   - Workloads are recognised by the session name (an instance id, a task id) or by the
--     Lambda client.
-- triage:
--   - Compare source_ip with the addresses that the same role used before.
--   - List the operations and their error_code in the hour around event_time.
--   - Is there ssm:SendCommand, ssm:StartSession or a changed function before it?
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
--   - https://attack.mitre.org/techniques/T1087/004/

WITH firsts AS (
  SELECT
    principal_arn,
    account_id,
    event_source,
    min(first_time) AS service_began
  FROM activity
  WHERE event_source IN (
      'iam.amazonaws.com',
      'organizations.amazonaws.com',
      'sso.amazonaws.com',
      'sso-directory.amazonaws.com',
      'identitystore.amazonaws.com',
      'cloudtrail.amazonaws.com',
      'guardduty.amazonaws.com',
      'securityhub.amazonaws.com',
      'config.amazonaws.com',
      'ses.amazonaws.com',
      'account.amazonaws.com',
      'servicequotas.amazonaws.com'
    )
    AND identity_type = 'AssumedRole'
    AND invoked_by IS NULL
    AND NOT contains(source_ip, 'amazonaws.com')
    AND (
      regexp_matches(session_name, '^(i-[0-9a-f]{8,17}|[0-9a-f]{32})$')
      OR contains(user_agent, 'awslambda')
      OR contains(user_agent, 'AWS_Lambda')
    )
  GROUP BY
    principal_arn,
    account_id,
    event_source
),

history AS (
  SELECT
    f.principal_arn,
    f.account_id,
    f.event_source,
    f.service_began,
    min(a.first_time) AS began
  FROM firsts AS f
  JOIN activity AS a
    ON a.principal_arn = f.principal_arn
    AND a.account_id = f.account_id
  GROUP BY
    f.principal_arn,
    f.account_id,
    f.event_source,
    f.service_began
  HAVING min(a.first_time) <= f.service_began - INTERVAL 1 DAY
    AND sum(a.events) FILTER (WHERE a.first_time < f.service_began) >= 50
)

SELECT
  min(a.first_time) AS event_time,
  max(a.last_time) AS last_time,
  list(a.first_event_id ORDER BY a.first_time)[1:50] AS event_ids,
  a.principal_arn,
  arg_min(a.access_key_id, a.first_time) AS access_key_id,
  arg_min(a.source_ip, a.first_time) AS source_ip,
  a.account_id,
  arg_min(a.region, a.first_time) AS region,
  arg_min(a.user_agent, a.first_time) AS user_agent,
  arg_min(a.session_name, a.first_time) AS session_name,
  CAST(sum(a.events) AS BIGINT) AS events,
  CAST(sum(a.errors) AS BIGINT) AS errors,
  CAST(date_diff('second', any_value(h.began), min(a.first_time)) / 86400.0 AS DOUBLE) AS history_days,
  a.principal_arn || ' (session ' || coalesce(arg_min(a.session_name, a.first_time), '?') || ') calls '
  || array_to_string(list(DISTINCT split_part(a.event_source, '.', 1) ORDER BY split_part(a.event_source, '.', 1)), ', ')
  || ' for the first time, from ' || coalesce(arg_min(a.source_ip, a.first_time), '?') AS summary
FROM history AS h
JOIN activity AS a
  ON a.principal_arn = h.principal_arn
  AND a.account_id = h.account_id
  AND a.event_source = h.event_source
  AND a.day = CAST(h.service_began AS DATE)
WHERE a.identity_type = 'AssumedRole'
  AND a.invoked_by IS NULL
GROUP BY
  a.principal_arn,
  a.account_id;
