-- id: rds_instance_public
-- title: Database with a public address
-- kind: posture
-- check: RDS-01
-- severity: critical
-- status: stable
-- resource_type: AWS::RDS::DBInstance
-- changed_by: [rds:ModifyDBInstance, rds:CreateDBInstance, rds:RestoreDBInstanceFromDBSnapshot, rds:RestoreDBInstanceToPointInTime, rds:RestoreDBInstanceFromS3, rds:CreateDBInstanceReadReplica]
-- remediation: aws rds modify-db-instance --db-instance-identifier {resource_id} --no-publicly-accessible --apply-immediately --region {region}
-- why: A restored copy with a public address and a new password is how databases are taken without touching the original.
-- cis: ["2.2.3"]
-- fsbp: [RDS.2]
-- description: >
--   A database instance has an address that the whole internet can reach, as far as its
--   security groups let it.
-- blind_spots:
--   - Whether a security group and a route let the internet in is not looked at.
--   - Without a look at the instance, one that was public before the first event of the case is not known.
-- references:
--   - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding
--   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html

WITH stated AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    CAST(config ->> '$.DBInstance.PubliclyAccessible' AS BOOLEAN) AS public,
    config ->> '$.DBInstance.Engine' AS engine,
    config ->> '$.DBInstance.Endpoint.Address' AS address,
    config ->> '$.DBInstance.VpcSecurityGroups[*].VpcSecurityGroupId' AS security_groups,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::RDS::DBInstance'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    lower(coalesce(
      response_elements ->> '$.dBInstanceIdentifier',
      request_parameters ->> '$.targetDBInstanceIdentifier',
      request_parameters ->> '$.dBInstanceIdentifier'
    )) AS resource_id,
    response_elements ->> '$.dBInstanceArn' AS resource_arn,
    account_id,
    region,
    -- The answer to a change that waits still has the old value.
    TRY_CAST(coalesce(request_parameters ->> '$.publiclyAccessible', response_elements ->> '$.publiclyAccessible') AS BOOLEAN) AS public,
    coalesce(response_elements ->> '$.engine', request_parameters ->> '$.engine') AS engine,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN (
      'rds:ModifyDBInstance', 'rds:CreateDBInstance', 'rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBInstanceToPointInTime',
      'rds:RestoreDBInstanceFromS3', 'rds:CreateDBInstanceReadReplica'
    )
    AND error_code IS NULL
    AND coalesce(request_parameters ->> '$.publiclyAccessible', response_elements ->> '$.publiclyAccessible') IS NOT NULL
    AND coalesce(response_elements ->> '$.dBInstanceIdentifier', request_parameters ->> '$.targetDBInstanceIdentifier', request_parameters ->> '$.dBInstanceIdentifier') IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, lower(coalesce(
      response_elements ->> '$.dBInstanceIdentifier',
      request_parameters ->> '$.targetDBInstanceIdentifier',
      request_parameters ->> '$.dBInstanceIdentifier'
    ))
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
)
SELECT
  CASE WHEN public THEN 'FAIL' WHEN NOT public THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN public IS NULL THEN 'whether database ' || resource_id || ' has a public address could not be read'
    WHEN public THEN 'database ' || resource_id || ' has a public address'
    ELSE 'database ' || resource_id || ' has no public address'
  END AS summary,
  event_ids,
  engine,
  address,
  security_groups
FROM stated;
