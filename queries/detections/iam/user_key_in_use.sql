-- id: iam_user_key_in_use
-- title: Long-lived access key of an IAM user in use
-- severity: informational
-- status: stable
-- attack: [T1078.004]
-- requires: [management]
-- key: [account_id, access_key_id]
-- description: >
--   An access key of an IAM user worked: when it was used, from how many addresses and
--   against how many services. The list of keys to rotate, and the first thing to ask of
--   an unknown account.
-- false_positives:
--   - Every account that has not yet gone over to roles.
-- blind_spots:
--   - A key all of whose calls failed is not listed.
--   - Calls that a service makes in the name of the user are left out.
-- triage:
--   - Is the key still needed, and do the addresses belong to its user?
--   - Compare first and last use with the time of the incident.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html

SELECT
  min(first_time) AS event_time,
  max(last_time) AS last_time,
  [arg_min(first_event_id, first_time)] AS event_ids,
  principal_arn,
  access_key_id,
  CASE WHEN count(DISTINCT source_ip) = 1 THEN any_value(source_ip) END AS source_ip,
  account_id,
  count(DISTINCT source_ip) AS addresses,
  count(DISTINCT event_source) AS services,
  CAST(sum(events) AS BIGINT) AS events,
  'Key ' || access_key_id || ' of ' || coalesce(principal_arn, '?') || ' made ' || CAST(sum(events) AS VARCHAR)
    || ' calls from ' || CAST(count(DISTINCT source_ip) AS VARCHAR) || ' addresses to '
    || CAST(count(DISTINCT event_source) AS VARCHAR) || ' services' AS summary
FROM activity
WHERE identity_type = 'IAMUser'
  AND starts_with(access_key_id, 'AKIA')
  AND invoked_by IS NULL
GROUP BY account_id, principal_arn, access_key_id
HAVING sum(events) > sum(errors);
