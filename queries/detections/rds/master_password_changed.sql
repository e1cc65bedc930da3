-- id: rds_master_password_changed
-- title: Master password of a database changed
-- severity: medium
-- status: stable
-- attack: [T1098, T1213.006]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The master password of a database, cluster or data warehouse was set through the
--   API. Whoever does it can log in as its owner without knowing any secret. RDS and
--   Redshift.
-- false_positives:
--   - Rotation by a script; RDS rotates passwords that it manages itself without this
--     call.
-- blind_spots:
--   - Passwords changed inside the database.
-- triage:
--   - "See whether the database can be reached from outside: publiclyAccessible and
--     its security groups."
--   - Ask the owner of the database; applications fail to connect when it was not
--     planned.
--   - Look at snapshots and exports by the same principal within the day.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html
--   - https://www.rapid7.com/blog/post/tr-crimson-collective-a-new-threat-group-observed-operating-in-the-cloud/

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
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' set the master password of ' || coalesce(coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier'), '?') AS summary
FROM events
WHERE operation IN ('rds:ModifyDBInstance', 'rds:ModifyDBCluster', 'redshift:ModifyCluster')
  AND error_code IS NULL
  AND (request_parameters ->> '$.masterUserPassword') IS NOT NULL;
