-- id: sts_metadata_v1_appeared
-- title: Instance that uses IMDSv2 handed out credentials by IMDSv1
-- severity: medium
-- status: stable
-- attack: [T1552.005]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   An instance got its credentials by version 2 of the metadata service, and then
--   credentials delivered by version 1 appear. Version 1 answers a plain request: a web
--   application that can be made to fetch an address (SSRF) gives the credentials away
--   by it.
-- false_positives:
--   - A new program with an old SDK on an instance that allows both versions.
-- blind_spots:
--   - The version stands in the record only for EC2 instances, and only since 2020.
--   - An instance that always used version 1 is not listed; neither is one seen with version 1 first.
-- triage:
--   - Do the version 1 calls come from source_ip of the instance itself, and with its usual tools?
--   - List all events of the session in resource since event_time; see also sts_instance_credentials_stolen.
--   - Set HttpTokens to required on the instance.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-transition-to-version-2.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html

WITH delivered AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    session_name,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    user_identity ->> '$.sessionContext.ec2RoleDelivery' AS version
  FROM events
  WHERE identity_type = 'AssumedRole'
    AND starts_with(session_name, 'i-')
    AND invoked_by IS NULL
)
SELECT
  min(event_time) FILTER (WHERE version = '1.0') AS event_time,
  max(event_time) FILTER (WHERE version = '1.0') AS last_time,
  (list(event_id ORDER BY event_time) FILTER (WHERE version = '1.0'))[1:100] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) FILTER (WHERE version = '1.0') AS access_key_id,
  arg_min(source_ip, event_time) FILTER (WHERE version = '1.0') AS source_ip,
  arg_min(user_agent, event_time) FILTER (WHERE version = '1.0') AS user_agent,
  account_id,
  any_value(region) AS region,
  session_name AS resource,
  count(*) FILTER (WHERE version = '1.0') AS events,
  'Instance ' || session_name || ' used IMDSv2, then credentials by IMDSv1 made '
    || CAST(count(*) FILTER (WHERE version = '1.0') AS VARCHAR) || CASE WHEN count(*) FILTER (WHERE version = '1.0') = 1 THEN ' call, first from ' ELSE ' calls, first from ' END
    || coalesce(arg_min(source_ip, event_time) FILTER (WHERE version = '1.0'), '?') AS summary
FROM delivered
GROUP BY account_id, principal_arn, session_name
HAVING min(event_time) FILTER (WHERE version = '2.0') < min(event_time) FILTER (WHERE version = '1.0');
