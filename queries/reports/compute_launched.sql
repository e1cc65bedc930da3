-- id: reports_compute_launched
-- title: Machines, containers and jobs started
-- answers: [Q31]
-- requires: [management]
-- description: >
--   Launches in EC2, Lightsail, ECS, EKS, EMR, Batch, SageMaker and by Auto Scaling: type,
--   how many were asked for and came up, image, key pair, profile, command of containers.
--   outcome keeps failures apart: a DryRunOperation is somebody testing a permission, an
--   InstanceLimitExceeded somebody who wanted more. Where a service launched, through says
--   which. 5,000 rows.

SELECT
  event_time,
  account_id,
  region,
  operation,
  CASE WHEN error_code IS NULL THEN 'started' ELSE error_code END AS outcome,
  coalesce(
    request_parameters ->> '$.instanceType',
    request_parameters ->> '$.launchSpecification.instanceType',
    request_parameters ->> '$.bundleId',
    request_parameters ->> '$.resourceConfig.instanceType',
    request_parameters ->> '$.instances.masterInstanceType',
    CAST(request_parameters -> '$.instanceTypes' AS VARCHAR),
    request_parameters ->> '$.cpu'
  ) AS size,
  coalesce(
    TRY_CAST(request_parameters ->> '$.instancesSet.items[0].maxCount' AS BIGINT),
    TRY_CAST(request_parameters ->> '$.instanceCount' AS BIGINT),
    TRY_CAST(request_parameters ->> '$.desiredCount' AS BIGINT),
    TRY_CAST(request_parameters ->> '$.count' AS BIGINT),
    TRY_CAST(request_parameters ->> '$.maxSize' AS BIGINT)
  ) AS requested,
  coalesce(
    CASE
      WHEN json_type(response_elements, '$.instancesSet.items') = 'ARRAY'
      THEN json_array_length(response_elements, '$.instancesSet.items')
    END,
    0
  ) AS launched,
  coalesce(
    request_parameters ->> '$.instancesSet.items[0].imageId',
    request_parameters ->> '$.launchSpecification.imageId',
    request_parameters ->> '$.blueprintId',
    request_parameters ->> '$.taskDefinition',
    request_parameters ->> '$.jobDefinition',
    request_parameters ->> '$.containerDefinitions[0].image'
  ) AS image,
  CAST(request_parameters -> '$.containerDefinitions[0].command' AS VARCHAR) AS command,
  coalesce(
    request_parameters ->> '$.instancesSet.items[0].keyName',
    request_parameters ->> '$.keyName',
    request_parameters ->> '$.keyPairName'
  ) AS key_pair,
  coalesce(
    request_parameters ->> '$.iamInstanceProfile.name',
    request_parameters ->> '$.iamInstanceProfile.arn',
    request_parameters ->> '$.roleArn',
    request_parameters ->> '$.taskRoleArn',
    request_parameters ->> '$.nodeRole'
  ) AS profile,
  (request_parameters ->> '$.userData') IS NOT NULL AS user_data,
  principal_arn,
  access_key_id,
  source_ip,
  invoked_by AS through,
  event_id
FROM events
WHERE operation IN (
  'autoscaling:CreateAutoScalingGroup',
  'batch:SubmitJob',
  'ec2:CreateFleet',
  'ec2:RequestSpotFleet',
  'ec2:RequestSpotInstances',
  'ec2:RunInstances',
  'ecs:CreateService',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'eks:CreateNodegroup',
  'elasticmapreduce:RunJobFlow',
  'lightsail:CreateInstances',
  'sagemaker:CreateNotebookInstance',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateTrainingJob'
)
ORDER BY
  event_time,
  event_id
LIMIT 5000;
