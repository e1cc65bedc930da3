-- id: threshold_transfer_or_audit_tool
-- title: Transfer client or audit scanner at work
-- severity: low
-- status: stable
-- attack: [T1530, T1526]
-- requires: [management]
-- key: [principal_arn, access_key_id, source_ip]
-- description: >
--   The client calls itself a graphical or bulk transfer client for buckets (S3 Browser,
--   WinSCP, Cyberduck, CloudBerry, rclone, s5cmd), or an audit scanner (Prowler, ScoutSuite,
--   Steampipe, CloudMapper, Cartography, Principal Mapper). Both are honest tools that
--   intruders use a lot: S3 Browser stands in several public reports about extortion with
--   buckets and about mining.
-- false_positives:
--   - People and jobs of the company that work with these tools; note them as known or
--     suppress them.
-- blind_spots:
--   - The user agent is what the caller says; Prowler can be told to say nothing, and
--     scanners without a mark show the SDK.
-- triage:
--   - Has the principal used this user_agent before? First use on a new source_ip is what to
--     read.
--   - With a transfer client, count the objects read and written by the access_key_id; that
--     needs data events.
-- references:
--   - https://unit42.paloaltonetworks.com/large-scale-cloud-extortion-operation/
--   - https://permiso.io/blog/s/unmasking-guivil-new-cloud-threat-actor/
--   - https://github.com/prowler-cloud/prowler
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html

SELECT
  min(first_time) AS event_time,
  max(last_time) AS last_time,
  list(first_event_id ORDER BY first_time)[1:200] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  arg_min(account_id, first_time) AS account_id,
  arg_min(user_agent, first_time) AS user_agent,
  CAST(sum(events) AS BIGINT) AS events,
  CAST(sum(writes) AS BIGINT) AS writes,
  coalesce(principal_arn, 'somebody') || ' made ' || CAST(sum(events) AS BIGINT) || ' calls, ' || CAST(sum(writes) AS BIGINT)
  || ' of them writes, from ' || coalesce(source_ip, '?') || ' with ' || left(arg_min(user_agent, first_time), 60) AS summary
FROM activity
-- Prowler marks itself with its partner number, APN_1826889, and its role session.
WHERE regexp_matches(
    user_agent,
    '(?i)s3 ?browser|winscp|cyberduck|cloudberry|\brclone/|\bs5cmd|apn_1826889|prowler|scout ?suite|steampipe|cloudmapper|cartography|principalmapper|pmapper'
  )
  OR session_name = 'ProwlerAssessmentSession'
GROUP BY
  principal_arn,
  access_key_id,
  source_ip;
