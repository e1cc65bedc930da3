-- id: reports_remote_execution
-- title: Commands and shells on machines
-- answers: [Q34]
-- requires: [management]
-- description: >
--   Commands sent and sessions opened by Systems Manager, Instance Connect, the serial
--   console, ECS and CloudShell, user data replaced, Windows passwords fetched, functions
--   given other code. target is the machine; id finds the session in the session log. What
--   was typed is not in CloudTrail. outcome keeps failed attempts apart. 5,000 rows.

SELECT
  event_time,
  account_id,
  region,
  operation,
  CASE WHEN error_code IS NULL THEN 'done' ELSE error_code END AS outcome,
  coalesce(
    request_parameters ->> '$.target',
    request_parameters ->> '$.instanceId',
    CAST(nullif(request_parameters -> '$.instanceIds', '[]') AS VARCHAR),
    CAST(request_parameters -> '$.targets' AS VARCHAR),
    (request_parameters ->> '$.cluster') || ' ' || coalesce(request_parameters ->> '$.task', ''),
    request_parameters ->> '$.functionName',
    request_parameters ->> '$.EnvironmentId'
  ) AS target,
  coalesce(
    request_parameters ->> '$.documentName',
    request_parameters ->> '$.instanceOSUser',
    request_parameters ->> '$.command'
  ) AS what,
  coalesce(
    response_elements ->> '$.command.commandId',
    response_elements ->> '$.sessionId',
    response_elements ->> '$.SessionId',
    response_elements ->> '$.session.sessionId',
    response_elements ->> '$.automationExecutionId'
  ) AS id,
  principal_arn,
  session_name,
  access_key_id,
  source_ip,
  event_id
FROM events
WHERE operation IN (
  'cloudshell:CreateEnvironment',
  'cloudshell:CreateSession',
  'ec2-instance-connect:OpenTunnel',
  'ec2-instance-connect:SendSSHPublicKey',
  'ec2-instance-connect:SendSerialConsoleSSHPublicKey',
  'ec2:EnableSerialConsoleAccess',
  'ec2:GetPasswordData',
  'ecs:ExecuteCommand',
  'lambda:UpdateFunctionCode',
  'ssm:CreateAssociation',
  'ssm:ResumeSession',
  'ssm:SendCommand',
  'ssm:StartAutomationExecution',
  'ssm:StartSession'
)
  OR (
    operation = 'ec2:ModifyInstanceAttribute'
    AND (request_parameters -> '$.userData') IS NOT NULL
  )
ORDER BY
  event_time,
  event_id
LIMIT 5000;
