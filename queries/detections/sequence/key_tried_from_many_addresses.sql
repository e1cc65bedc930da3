-- id: sequence_key_tried_from_many_addresses
-- title: One long-term key tried from many addresses, then asked what mail it may send
-- severity: critical
-- status: test
-- attack: [T1078.004, T1526]
-- requires: [management]
-- key: [access_key_id]
-- description: >
--   A long-term access key asked who it is from ten or more addresses within a day, with few calls from each,
--   and then asked for the sending quota of SES. A stolen key is being validated by a fleet of machines.
-- false_positives:
--   - A product installed at many customers with one shared key; it should not be.
-- blind_spots:
--   - Fleets that use other first calls, or fewer than ten addresses a day.
--   - Builds on hosted runners also ask who they are from many addresses; without the mail question they are
--     left out.
-- triage:
--   - "Deactivate access_key_id: one key in ten places has leaked."
--   - List everything that key did after last_time, first of all in SES.
--   - Search repositories and images for the key.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html
--   - https://www.fortinet.com/blog/threat-research/cloud-abuse-at-scale

WITH asked AS (
  SELECT
    event_time,
    event_id,
    operation,
    access_key_id,
    principal_arn,
    source_ip,
    account_id,
    region,
    user_agent
  FROM events
  WHERE operation IN ('sts:GetCallerIdentity', 'ses:GetSendQuota', 'ses:GetAccount')
    AND access_key_id LIKE 'AKIA%'
    AND invoked_by IS NULL
)
SELECT
  min(who.event_time) AS event_time,
  any_value(a.event_time) AS last_time,
  (list(who.event_id ORDER BY who.event_time))[1:1000] || [a.event_id] AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  count(DISTINCT who.source_ip) AS addresses,
  'The key ' || any_value(a.access_key_id) || ' of ' || any_value(a.principal_arn) || ' asked who it is from '
    || count(DISTINCT who.source_ip)
    || ' addresses since ' || strftime(min(who.event_time), '%H:%M:%S') || ', then ' || any_value(a.operation) || ' from '
    || any_value(a.source_ip)
    || ' at ' || strftime(any_value(a.event_time), '%H:%M:%S') AS summary
FROM asked AS a
JOIN asked AS who
  ON who.access_key_id = a.access_key_id
 AND who.operation = 'sts:GetCallerIdentity'
 AND who.event_time BETWEEN a.event_time - INTERVAL 1 DAY AND a.event_time
WHERE a.operation <> 'sts:GetCallerIdentity'
GROUP BY a.event_id
HAVING count(DISTINCT who.source_ip) >= 10
   AND count(*) <= 5 * count(DISTINCT who.source_ip)
QUALIFY row_number() OVER (PARTITION BY any_value(a.access_key_id), CAST(any_value(a.event_time) AS DATE) ORDER BY any_value(a.event_time)) = 1;
