-- id: ses_production_access_in_many_regions
-- title: Production access for mail asked for in several regions
-- severity: high
-- status: stable
-- attack: [T1496.004, T1535]
-- requires: [management]
-- key: [principal_arn, account_id, day]
-- description: >
--   Within an hour one principal sent account details of Amazon SES, which ask for
--   leaving the sandbox, in two or more regions. Nobody needs it in several regions at
--   once; a campaign with stolen keys asks everywhere. Denied calls count.
-- false_positives:
--   - A company that sends from two regions and sets both up together.
-- blind_spots:
--   - One region only; see the finding on sending prepared.
-- triage:
--   - "Read websiteURL and useCaseDescription in request_parameters: are they yours?"
--   - Look for support cases and new identities by the same key within the day.
--   - Withdraw the requests with AWS Support.
-- references:
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountDetails.html
--   - https://www.wiz.io/blog/wiz-discovers-cloud-email-abuse-campaign

WITH asked AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.websiteURL' AS website,
    count(DISTINCT region) OVER (
      PARTITION BY principal_arn, account_id
      ORDER BY event_time
      RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW
    ) AS in_an_hour
  FROM events
  WHERE operation = 'ses:PutAccountDetails'
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  CAST(event_time AS DATE) AS day,
  count(DISTINCT region) AS regions,
  min(website) AS website,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' asked for production access to SES in ' || count(DISTINCT region) || ' regions' || coalesce(' for ' || min(website), '') AS summary
FROM asked
GROUP BY principal_arn, identity_type, account_id, CAST(event_time AS DATE)
HAVING max(in_an_hour) >= 2;
