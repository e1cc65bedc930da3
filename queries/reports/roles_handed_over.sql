-- id: reports_roles_handed_over
-- title: Roles handed to services and machines
-- answers: [Q36]
-- requires: [management]
-- description: >
--   PassRole is a permission and leaves no event: these are the calls that need it, with
--   the role or profile and what it was given to. Whoever may run code on that thing has
--   the role. outcome keeps failed attempts apart. 5,000 rows.

WITH calls AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    error_code,
    principal_arn,
    access_key_id,
    source_ip,
    coalesce(
      request_parameters ->> '$.iamInstanceProfile.arn',
      request_parameters ->> '$.iamInstanceProfile.name',
      request_parameters ->> '$.IamInstanceProfile.Arn',
      request_parameters ->> '$.IamInstanceProfile.Name',
      request_parameters ->> '$.AssociateIamInstanceProfileRequest.IamInstanceProfile.Name',
      request_parameters ->> '$.AssociateIamInstanceProfileRequest.IamInstanceProfile.Arn',
      request_parameters ->> '$.ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Name',
      request_parameters ->> '$.ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Arn',
      request_parameters ->> '$.taskRoleArn',
      request_parameters ->> '$.executionRoleArn',
      request_parameters ->> '$.serviceRole',
      request_parameters ->> '$.iamRoleArn',
      request_parameters ->> '$.roleARN',
      request_parameters ->> '$.roleArn',
      request_parameters ->> '$.role',
      request_parameters ->> '$.nodeRole',
      request_parameters ->> '$.roleName'
    ) AS role,
    coalesce(
      request_parameters ->> '$.functionName',
      request_parameters ->> '$.instanceProfileName',
      request_parameters ->> '$.instanceId',
      request_parameters ->> '$.IamInstanceProfileAssociationId',
      request_parameters ->> '$.family',
      request_parameters ->> '$.notebookInstanceName',
      request_parameters ->> '$.stackName',
      request_parameters ->> '$.endpointName',
      request_parameters ->> '$.name',
      response_elements ->> '$.instancesSet.items[0].instanceId'
    ) AS given_to
  FROM events
  WHERE operation IN (
    'cloudformation:CreateChangeSet',
    'cloudformation:CreateStack',
    'cloudformation:UpdateStack',
    'codebuild:CreateProject',
    'codebuild:UpdateProject',
    'datapipeline:CreatePipeline',
    'ec2:AssociateIamInstanceProfile',
    'ec2:ReplaceIamInstanceProfileAssociation',
    'ec2:RunInstances',
    'ecs:RegisterTaskDefinition',
    'ecs:RunTask',
    'eks:CreateCluster',
    'eks:CreateNodegroup',
    'eks:CreatePodIdentityAssociation',
    'glue:CreateDevEndpoint',
    'glue:CreateJob',
    'glue:UpdateDevEndpoint',
    'glue:UpdateJob',
    'iam:AddRoleToInstanceProfile',
    'lambda:CreateFunction',
    'lambda:UpdateFunctionConfiguration',
    'rds:StartExportTask',
    'sagemaker:CreateNotebookInstance',
    'sagemaker:CreateProcessingJob',
    'sagemaker:CreateTrainingJob',
    'states:CreateStateMachine',
    'states:UpdateStateMachine'
  )
)
SELECT
  event_time,
  account_id,
  region,
  operation,
  CASE WHEN error_code IS NULL THEN 'done' ELSE error_code END AS outcome,
  role AS role_or_profile,
  given_to,
  principal_arn,
  access_key_id,
  source_ip,
  event_id
FROM calls
WHERE role IS NOT NULL
ORDER BY
  event_time,
  event_id
LIMIT 5000;
