-- id: threshold_regions_probed
-- title: One key went through many regions within ten minutes
-- severity: medium
-- status: stable
-- attack: [T1535, T1580]
-- requires: [management]
-- key: [principal_arn, access_key_id, source_ip, account_id, event_time]
-- description: >
--   A programmatic caller made its first calls of the day in six or more regions within ten
--   minutes. Companies work in one or two; intruders go through all of them to find what
--   runs there, or where mining goes unnoticed.
-- false_positives:
--   - Inventory, cost and posture tools, and clean-up jobs over all regions.
--   - A console page that lists all regions, through an SDK of the console.
-- blind_spots:
--   - Global services that are recorded in us-east-1 only do not count as another region.
--   - It counts the first call in each region on a day; a slow walk is not seen.
-- triage:
--   - List region, operation and error_code of the access_key_id in these ten minutes.
--   - Look for RunInstances, CreateCluster or quota questions in the regions after it.
--   - Is the tool in user_agent one that is meant to see all regions?
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
--   - https://attack.mitre.org/techniques/T1535/

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
  HAVING count(DISTINCT region) >= 6
),

region_starts AS (
  SELECT
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    day,
    region,
    min(first_time) AS started,
    arg_min(first_event_id, first_time) AS first_event_id,
    arg_min(user_agent, first_time) AS user_agent,
    arg_min(event_source, first_time) AS event_source
  FROM activity
  SEMI JOIN broad USING (principal_arn, day)
  WHERE invoked_by IS NULL
    AND identity_type <> 'AWSService'
    AND NOT contains(coalesce(principal_arn, ''), '/aws-service-role/')
    AND NOT contains(source_ip, 'amazonaws.com')
    AND source_ip <> 'AWS Internal'
    AND NOT contains(coalesce(user_agent, ''), 'Mozilla')
    AND NOT contains(coalesce(user_agent, ''), 'aws-internal')
  GROUP BY
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    day,
    region
)

SELECT
  min(started) AS event_time,
  max(started) AS last_time,
  list(first_event_id ORDER BY started) AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  any_value(user_agent) AS user_agent,
  count(*) AS regions,
  coalesce(principal_arn, 'somebody') || ' went through ' || count(*) || ' regions within ten minutes from ' || source_ip
  || ': ' || array_to_string(list(region ORDER BY started)[1:8], ', ') AS summary
FROM region_starts
GROUP BY
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  day,
  time_bucket(INTERVAL 10 MINUTE, started)
HAVING count(*) >= 6;
