-- id: transfer_file_transfer_opened
-- title: File transfer server, user or key made
-- severity: medium
-- status: stable
-- attack: [T1048, T1133, T1098.004]
-- requires: [management]
-- key: [principal_arn, account_id, region, day]
-- description: >
--   A server of AWS Transfer Family was made, or a user or SSH key added to one: SFTP
--   from the internet into buckets, with a role and outside of IAM sign-in. LUCR-3
--   took data out this way. One finding for each principal and day.
-- false_positives:
--   - Onboarding of a partner who delivers files.
-- blind_spots:
--   - What the users transfer is logged by the server and in S3 data events.
-- triage:
--   - "Read role and homeDirectory in request_parameters: which buckets can the user
--     reach?"
--   - Ask who owns the key or the partner.
--   - Look for GetObject by the role of the user after event_time.
-- references:
--   - https://docs.aws.amazon.com/transfer/latest/APIReference/API_CreateServer.html
--   - https://docs.aws.amazon.com/transfer/latest/APIReference/API_CreateUser.html
--   - https://docs.aws.amazon.com/transfer/latest/APIReference/API_ImportSshPublicKey.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  CAST(event_time AS DATE) AS day,
  arg_min(coalesce(request_parameters ->> '$.serverId', response_elements ->> '$.serverId'), event_time) AS resource,
  string_agg(DISTINCT request_parameters ->> '$.userName', ', ' ORDER BY request_parameters ->> '$.userName') AS users,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' opened file transfer: ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name)
    || coalesce(' for ' || string_agg(DISTINCT request_parameters ->> '$.userName', ', ' ORDER BY request_parameters ->> '$.userName'), '') AS summary
FROM events
WHERE operation IN ('transfer:CreateServer', 'transfer:CreateUser', 'transfer:ImportSshPublicKey', 'transfer:CreateAccess')
  AND error_code IS NULL
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, account_id, region, CAST(event_time AS DATE);
