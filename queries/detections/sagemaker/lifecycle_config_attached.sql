-- id: sagemaker_lifecycle_config_attached
-- title: Start script put under an existing notebook instance
-- severity: high
-- status: stable
-- attack: [T1037, T1548, T1059.004]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A principal made or changed a lifecycle configuration and attached it to a
--   notebook instance within a day. Its script runs as root with the role of the
--   notebook at the next start: a way to that role without permission to pass it.
-- false_positives:
--   - Administrators who introduce a start script for an instance that exists.
-- blind_spots:
--   - The script is not in the record.
--   - Configurations that come with a new instance.
-- triage:
--   - Read the script of the configuration; it is base64 in
--     DescribeNotebookInstanceLifecycleConfig.
--   - See whether the instance was started afterwards and what its role did.
--   - "Find StopNotebookInstance by the same principal: users notice it."
-- references:
--   - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html
--   - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstanceLifecycleConfig.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.execution.sagemaker-update-lifecycle-config/

WITH scripts AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    account_id,
    region,
    request_parameters ->> '$.notebookInstanceLifecycleConfigName' AS config
  FROM events
  WHERE operation IN ('sagemaker:CreateNotebookInstanceLifecycleConfig', 'sagemaker:UpdateNotebookInstanceLifecycleConfig')
    AND error_code IS NULL
),
attached AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.notebookInstanceName' AS resource,
    coalesce(request_parameters ->> '$.lifecycleConfigName', request_parameters ->> '$.notebookInstanceLifecycleConfigName') AS config
  FROM events
  WHERE operation = 'sagemaker:UpdateNotebookInstance'
    AND error_code IS NULL
)
SELECT
  s.event_time,
  a.event_time AS last_time,
  [s.event_id, a.event_id] AS event_ids,
  a.principal_arn,
  a.access_key_id,
  a.source_ip,
  a.user_agent,
  a.account_id,
  a.region,
  a.resource,
  a.config,
  a.principal_arn || ' attached start script ' || a.config || ' to notebook instance ' || coalesce(a.resource, '?') AS summary
FROM scripts AS s
JOIN attached AS a
  ON a.principal_arn = s.principal_arn
  AND a.account_id = s.account_id
  AND a.region = s.region
  AND a.config = s.config
  AND a.event_time BETWEEN s.event_time AND s.event_time + INTERVAL 1 DAY;
