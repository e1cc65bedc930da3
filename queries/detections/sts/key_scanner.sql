-- id: sts_key_scanner
-- title: Access key tried out by a scanner for secrets
-- severity: high
-- status: stable
-- attack: [T1552.001, T1078.004]
-- requires: [management]
-- key: [account_id, access_key_id]
-- description: >
--   TruffleHog asked with a key of the account whom it belongs to. The tool finds keys
--   in code, images and disks and tries them; whoever ran it has the key.
-- false_positives:
--   - The organization's own scan of its repositories; then the key is still where it should not be.
-- blind_spots:
--   - A changed user agent hides it.
-- triage:
--   - Rotate access_key_id now; find out where it was published.
--   - Is source_ip the organization's own scanner?
--   - List every event of access_key_id, and of source_ip with other keys.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
--   - https://trufflesecurity.com/trufflehog
--   - https://www.rapid7.com/blog/post/tr-crimson-collective-a-new-threat-group-observed-operating-in-the-cloud/

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  'TruffleHog tried the key ' || coalesce(access_key_id, '?') || ' of ' || coalesce(principal_arn, '?')
    || ' from ' || array_to_string(list_sort(list(DISTINCT source_ip))[1:5], ', ') AS summary
FROM events
WHERE operation = 'sts:GetCallerIdentity'
  AND contains(lower(user_agent), 'trufflehog')
-- With an error too: the tool has the key all the same.
GROUP BY account_id, principal_arn, access_key_id;
