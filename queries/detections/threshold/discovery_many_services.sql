-- id: threshold_discovery_many_services
-- title: One caller looked over many services within ten minutes
-- severity: medium
-- status: stable
-- attack: [T1526, T1580, T1087.004]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   A programmatic caller used twelve or more services for the first time that day within
--   ten minutes, and hardly changed anything. That is how an enumeration script looks when
--   the credential is allowed to read. Browsers are left out, because one page of the
--   console asks many services. A principal that does it on three days or more of the case
--   is a scanner or a pipeline, and left out; all bursts of another are one finding.
-- false_positives:
--   - Inventory, cost and posture tools; note their role in the case as known, or suppress
--     it.
--   - Terraform plan over a broad configuration.
-- blind_spots:
--   - "A role that does it on three days or more, whoever uses it: an intruder who takes the role of a posture tool."
--   - "It counts the first call to each service on a day: a workload that was already busy with them is not counted again, and a slow enumeration is not seen."
--   - A stolen credential of a scanner hides among its owner’s bursts.
--   - Calls that services make for a principal are left out.
-- triage:
--   - "List the events of the access_key_id in these ten minutes: are names asked for one by one, or is it a list of everything?"
--   - Look for GetCallerIdentity, iam:List* and account-wide calls such as
--     GetAccountAuthorizationDetails among them.
--   - Check whether source_ip and user_agent belong to the tool that the principal is made
--     for.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
--   - https://attack.mitre.org/techniques/T1526/

-- Few principals have that many on one day: only their rows are looked at closely.
WITH broad AS (
  SELECT
    principal_arn,
    day
  FROM activity
  WHERE invoked_by IS NULL
    AND identity_type <> 'AWSService'
  GROUP BY
    principal_arn,
    day
  HAVING count(DISTINCT event_source) >= 12
),

service_starts AS (
  SELECT
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    day,
    event_source,
    min(first_time) AS started,
    arg_min(first_event_id, first_time) AS first_event_id,
    any_value(user_agent) AS user_agent,
    sum(events) AS events,
    sum(writes) AS writes,
    sum(errors) AS errors
  FROM activity
  SEMI JOIN broad USING (principal_arn, day)
  WHERE invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(coalesce(principal_arn, ''), '/aws-service-role/')
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
    AND NOT contains(coalesce(user_agent, ''), 'Mozilla')
    AND NOT contains(coalesce(user_agent, ''), 'aws-internal')
    AND NOT contains(coalesce(user_agent, ''), 'AWS Internal')
  GROUP BY
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    day,
    event_source
),

bursts AS (
  SELECT
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    min(started) AS began,
    max(started) AS ended,
    list(first_event_id ORDER BY started, event_source) AS event_ids,
    list(split_part(event_source, '.', 1) ORDER BY started, event_source) AS services,
    any_value(user_agent) AS user_agent,
    sum(errors) AS errors
  FROM service_starts
  GROUP BY
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    day,
    time_bucket(INTERVAL 10 MINUTE, started)
  HAVING count(*) >= 12
    AND sum(writes) <= 0.05 * sum(events)
)

SELECT
  min(began) AS event_time,
  max(ended) AS last_time,
  arg_min(event_ids, began) AS event_ids,
  principal_arn,
  arg_min(access_key_id, began) AS access_key_id,
  arg_min(source_ip, began) AS source_ip,
  account_id,
  arg_min(user_agent, began) AS user_agent,
  max(len(services)) AS services,
  count(*) AS bursts,
  count(DISTINCT source_ip) AS addresses,
  CAST(sum(errors) AS BIGINT) AS errors,
  coalesce(principal_arn, 'somebody') || ' asked ' || max(len(services)) || ' services within ten minutes from '
  || arg_min(source_ip, began) || ', hardly changing anything'
  || CASE WHEN count(*) > 1 THEN ', ' || count(*) || ' times' ELSE '' END || ': '
  || array_to_string(arg_min(services, began)[1:12], ', ') AS summary
FROM bursts
GROUP BY
  principal_arn,
  account_id
HAVING count(DISTINCT CAST(began AS DATE)) < 3;
