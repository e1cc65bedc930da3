-- id: rds_role_added
-- title: Role attached to a database
-- severity: low
-- status: stable
-- attack: [T1098.003]
-- requires: [management]
-- key: [principal_arn, resource, role_arn]
-- description: >
--   An IAM role was attached to a database or cluster, so that SQL in it can call AWS:
--   load from and write to buckets, call functions. It is a way out for data and a way
--   to keep access.
-- false_positives:
--   - Setting up imports or exports.
-- blind_spots:
--   - What is done with the role runs as the role, from the service.
-- triage:
--   - "Read the policies of role_arn: which buckets and functions?"
--   - Look for activity of role_arn after event_time.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBInstance.html
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBCluster.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterIamRoles.html

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
  coalesce(request_parameters ->> '$.roleArn', json_extract_string(request_parameters, '$.addIamRoles[*]')[1]) AS role_arn,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' attached ' || coalesce(request_parameters ->> '$.roleArn', json_extract_string(request_parameters, '$.addIamRoles[*]')[1])
    || ' to database ' || coalesce(coalesce(request_parameters ->> '$.dBInstanceIdentifier', request_parameters ->> '$.dBClusterIdentifier', request_parameters ->> '$.clusterIdentifier'), '?') AS summary
FROM events
WHERE operation IN ('rds:AddRoleToDBInstance', 'rds:AddRoleToDBCluster', 'redshift:ModifyClusterIamRoles')
  AND error_code IS NULL
  AND coalesce(request_parameters ->> '$.roleArn', json_extract_string(request_parameters, '$.addIamRoles[*]')[1]) IS NOT NULL;
