-- id: rds_rebooted
-- title: Database rebooted or stopped
-- severity: low
-- status: stable
-- attack: [T1489]
-- requires: [management]
-- key: [principal_arn, resource, operation]
-- description: >
--   A database or cluster was rebooted or stopped by hand. Some changes, such as those
--   of a parameter group that switches auditing off, take effect only then.
-- false_positives:
--   - Maintenance, saving cost at night.
-- blind_spots:
--   - Reboots that RDS does by itself in a maintenance window.
--   - Calls by AWS services for someone are left out.
-- triage:
--   - See which parameters were changed by the same principal in the hour before.
--   - Count databases stopped by the same principal on that day.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier') AS resource,
  operation,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || ' of ' || coalesce(coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier'), '?') AS summary
FROM events
WHERE operation IN ('rds:RebootDBInstance', 'rds:RebootDBCluster', 'rds:StopDBInstance', 'rds:StopDBCluster', 'redshift:RebootCluster')
  AND error_code IS NULL
  AND invoked_by IS NULL;
