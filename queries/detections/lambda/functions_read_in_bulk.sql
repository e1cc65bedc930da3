-- id: lambda_functions_read_in_bulk
-- title: Many functions read by someone who never did before
-- severity: medium
-- status: stable
-- attack: [T1526, T1552]
-- requires: [management]
-- key: [principal_arn, account_id, region, day]
-- baseline: true
-- history: 1
-- description: >
--   A principal read code or configuration of ten or more functions within ten minutes
--   and had read none on earlier days of the case. Environment variables often hold
--   keys; SCARLETEEL took its second set of credentials from there.
-- false_positives:
--   - The first run of a scanner or of Terraform under a new role.
-- blind_spots:
--   - ListFunctions, which shows environment variables too and is called by every
--     console page.
--   - Nothing is said in the first day of an account in the case; history_days tells
--     how much earlier activity there was.
-- triage:
--   - Rotate what the environment variables of these functions hold, when the
--     principal is not yours.
--   - Look for new access keys or roles used from the same source_ip within the day.
-- references:
--   - https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
--   - https://www.sysdig.com/blog/cloud-breach-terraform-data-theft

WITH reads AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    regexp_replace(request_parameters ->> '$.functionName', '^.*:function:([^:]+).*$', '\1') AS function_name,
    CAST(event_time AS DATE) AS day,
    min(CAST(event_time AS DATE)) OVER (PARTITION BY principal_arn, account_id) AS first_day
  FROM events
  WHERE operation IN ('lambda:GetFunction', 'lambda:GetFunctionConfiguration')
    AND error_code IS NULL
    AND principal_arn IS NOT NULL
    AND principal_arn NOT LIKE '%/aws-service-role/%'
    AND invoked_by IS NULL
),
bursts AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    function_name,
    day,
    count(DISTINCT function_name) OVER (
      PARTITION BY principal_arn, account_id, region
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 10 MINUTES PRECEDING AND CURRENT ROW
    ) AS in_ten_minutes
  FROM reads
  WHERE day = first_day
)
SELECT
  min(b.event_time) AS event_time,
  max(b.event_time) AS last_time,
  list(b.event_id ORDER BY b.event_time)[:1000] AS event_ids,
  b.principal_arn,
  arg_min(b.access_key_id, b.event_time) AS access_key_id,
  arg_min(b.source_ip, b.event_time) AS source_ip,
  arg_min(b.user_agent, b.event_time) AS user_agent,
  b.account_id,
  b.region,
  b.day,
  count(DISTINCT b.function_name) AS functions,
  date_diff('day', min(a.first_seen), min(b.event_time)) AS history_days,
  b.principal_arn || ' read ' || count(DISTINCT b.function_name) || ' functions, on the first day it read any' AS summary
FROM bursts AS b
JOIN accounts AS a ON a.account_id = b.account_id
WHERE b.event_time >= a.first_seen + INTERVAL 1 DAY
GROUP BY b.principal_arn, b.account_id, b.region, b.day
HAVING max(b.in_ten_minutes) >= 10;
