-- id: cloudtrail_vpce_sensitive_calls
-- title: Logging or keys changed through a VPC endpoint
-- severity: low
-- status: stable
-- attack: [T1685.002, T1059.009]
-- requires: [network]
-- key: [principal_arn, resource, account_id, operations]
-- description: >
--   Network activity events show a call that changes trails, key policies or secret policies
--   and came through a VPC endpoint: from a machine inside the network rather than a person
--   at a console. It says which machine to look at.
-- false_positives:
--   - Deployment pipelines that run inside the VPC.
-- blind_spots:
--   - "Needs network activity events. They carry no request parameters: what was changed
--     stands in the management event."
-- triage:
--   - "Find the management event with the same shared_event_id or request time: what was
--     changed?"
--   - Which instance or function had source_ip at event_time, and is it one that deploys?
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  vpc_endpoint_id AS resource,
  string_agg(DISTINCT operation, ', ' ORDER BY operation) AS operations,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' called ' || string_agg(DISTINCT operation, ', ' ORDER BY operation) || ' through endpoint '
    || coalesce(vpc_endpoint_id, '?') || ' from ' || coalesce(any_value(source_ip), '?') AS summary
FROM events
WHERE operation IN (
    'cloudtrail:StopLogging',
    'cloudtrail:DeleteTrail',
    'cloudtrail:UpdateTrail',
    'cloudtrail:PutEventSelectors',
    'cloudtrail:DeleteEventDataStore',
    'cloudtrail:StopEventDataStoreIngestion',
    'kms:ScheduleKeyDeletion',
    'kms:DisableKey',
    'kms:PutKeyPolicy',
    'secretsmanager:PutResourcePolicy',
    'secretsmanager:DeleteSecret'
  )
  AND event_category = 'NetworkActivity'
  AND error_code IS NULL
GROUP BY
  principal_arn,
  account_id,
  vpc_endpoint_id,
  CAST(event_time AS DATE);
