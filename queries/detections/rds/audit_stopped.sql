-- id: rds_audit_stopped
-- title: Record of database activity stopped
-- severity: high
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The activity stream of a database was stopped, or audit logging of a Redshift
--   cluster disabled. Who reads what inside the database is not recorded from then on.
-- false_positives:
--   - Maintenance; an engine upgrade needs the stream stopped.
-- blind_spots:
--   - Audit plug-ins that are switched off in a parameter group.
-- triage:
--   - See whether it was started again (StartActivityStream, EnableLogging) within the
--     day.
--   - List exports, snapshots and password changes by the same principal around it.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopActivityStream.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_DisableLogging.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.resourceArn', request_parameters ->> '$.clusterIdentifier') AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || ' on ' || coalesce(request_parameters ->> '$.resourceArn', request_parameters ->> '$.clusterIdentifier', '?') AS summary
FROM events
WHERE operation IN ('rds:StopActivityStream', 'redshift:DisableLogging')
  AND error_code IS NULL;
