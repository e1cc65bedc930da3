-- id: baseline_principal_new_service
-- title: Machine changes something in a service it never used
-- severity: low
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [principal_arn, account_id, event_source]
-- baseline: true
-- description: >
--   A principal that is no person (a user’s long-term key or the role of a workload), with
--   at least three days and a hundred calls of history, wrote for the first time to a
--   service that it never called before. What a machine does is in its code; something new
--   is a release, or somebody else.
-- false_positives:
--   - A release of the application or pipeline.
-- blind_spots:
--   - Says nothing where the history is shorter than stated; what was usual before the first
--     log file is not known.
--   - "People (Identity Center, browsers) are left out: they do new things every day."
-- triage:
--   - Was there a release? Does the policy of the principal_arn mean it to use the service?
--   - Are source_ip and user_agent the usual ones of the principal?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
--   - https://attack.mitre.org/techniques/T1078/004/

WITH services AS (
  SELECT
    principal_arn,
    account_id,
    event_source,
    min(first_time) AS service_began,
    arg_min(first_event_id, first_time) AS first_event_id,
    arg_min(access_key_id, first_time) AS access_key_id,
    arg_min(source_ip, first_time) AS source_ip,
    arg_min(region, first_time) AS region,
    arg_min(user_agent, first_time) AS user_agent,
    sum(writes) AS writes,
    bool_or(
      contains(principal_arn, '/aws-reserved/') OR contains(user_agent, 'Mozilla') OR contains(user_agent, 'aws-internal')
      OR contains(coalesce(session_name, ''), '@')
    ) AS person
  FROM activity
  WHERE errors < events
    AND identity_type IN ('AssumedRole', 'IAMUser')
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(coalesce(principal_arn, ''), '/aws-service-role/')
    AND NOT contains(source_ip, 'amazonaws.com')
  GROUP BY
    principal_arn,
    account_id,
    event_source
),

rated AS (
  SELECT
    principal_arn,
    account_id,
    event_source,
    service_began,
    first_event_id,
    access_key_id,
    source_ip,
    region,
    user_agent,
    writes,
    bool_or(person) OVER (PARTITION BY principal_arn, account_id) AS person,
    min(service_began) OVER (PARTITION BY principal_arn, account_id) AS began
  FROM services
)

SELECT
  service_began AS event_time,
  [first_event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  event_source,
  CAST(writes AS BIGINT) AS writes,
  CAST(date_diff('second', began, service_began) / 86400.0 AS DOUBLE) AS history_days,
  principal_arn || ' writes to ' || split_part(event_source, '.', 1) || ', a service it never used: '
  || CAST(writes AS BIGINT) || ' calls' AS summary
FROM rated
WHERE writes > 0
  AND NOT person
  AND service_began >= began + INTERVAL 3 DAY
  AND (
    SELECT
      sum(a.events)
    FROM activity AS a
    WHERE a.principal_arn = rated.principal_arn
      AND a.first_time < rated.service_began
  ) >= 100;
