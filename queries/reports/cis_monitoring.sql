-- id: reports_cis_monitoring
-- title: CIS monitoring controls, answered from the logs
-- answers: [Q50]
-- requires: [management]
-- description: >
--   The events that the CIS AWS Foundations Benchmark wants alarms for (v5 4.1 to 4.15,
--   which v6 numbers 5.1 to 5.15), one row per control, those without an event included.
--   4.16, that Security Hub is on, is a question of configuration. Only successful calls
--   count, except where the control is about failures.

WITH controls AS (
  SELECT
    v.control,
    v.title
  FROM (
    VALUES
      ('4.1', 'unauthorized API calls'),
      ('4.2', 'console sign-in without MFA'),
      ('4.3', 'use of root'),
      ('4.4', 'changes to IAM policies'),
      ('4.5', 'changes to CloudTrail'),
      ('4.6', 'failed console sign-ins'),
      ('4.7', 'customer keys disabled or scheduled for deletion'),
      ('4.8', 'changes to S3 bucket policies'),
      ('4.9', 'changes to AWS Config'),
      ('4.10', 'changes to security groups'),
      ('4.11', 'changes to network ACLs'),
      ('4.12', 'changes to network gateways'),
      ('4.13', 'changes to route tables'),
      ('4.14', 'changes to VPCs'),
      ('4.15', 'changes to AWS Organizations')
  ) AS v (control, title)
),
calls AS (
  SELECT
    event_time,
    event_id,
    account_id,
    principal_arn,
    identity_type,
    operation,
    error_code,
    mutating,
    CASE
      WHEN regexp_matches(error_code, '(?i)access.?denied|unauthorized') THEN '4.1'
      WHEN operation = 'signin:ConsoleLogin' AND (response_elements ->> '$.ConsoleLogin') = 'Failure' THEN '4.6'
      WHEN operation = 'signin:ConsoleLogin'
        AND identity_type = 'IAMUser'
        AND coalesce(additional_event_data ->> '$.MFAUsed', '') <> 'Yes' THEN '4.2'
      WHEN error_code IS NOT NULL OR NOT coalesce(mutating, false) THEN NULL
      WHEN regexp_matches(operation, '^iam:((Put|Delete|Attach|Detach)(User|Role|Group)Policy|CreatePolicy|DeletePolicy|CreatePolicyVersion|DeletePolicyVersion|SetDefaultPolicyVersion)$') THEN '4.4'
      WHEN operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 'cloudtrail:DeleteTrail', 'cloudtrail:StartLogging', 'cloudtrail:StopLogging') THEN '4.5'
      WHEN operation IN ('kms:DisableKey', 'kms:ScheduleKeyDeletion') THEN '4.7'
      WHEN regexp_matches(operation, '^s3:(Put|Delete)Bucket(Acl|Policy|Cors|Lifecycle|Replication)$') THEN '4.8'
      WHEN operation IN ('config:StopConfigurationRecorder', 'config:DeleteDeliveryChannel', 'config:PutDeliveryChannel', 'config:PutConfigurationRecorder') THEN '4.9'
      WHEN regexp_matches(operation, '^ec2:(Authorize|Revoke|Create|Delete|Modify|Update)SecurityGroup') THEN '4.10'
      WHEN regexp_matches(operation, '^ec2:(Create|Delete|Replace)NetworkAcl') THEN '4.11'
      WHEN regexp_matches(operation, '^ec2:((Create|Delete)CustomerGateway|(Attach|Detach|Create|Delete)InternetGateway)$') THEN '4.12'
      WHEN regexp_matches(operation, '^ec2:((Create|Delete|Replace)Route|(Create|Delete|Associate|Disassociate|Replace)[A-Za-z]*RouteTable[A-Za-z]*)$') THEN '4.13'
      WHEN regexp_matches(operation, '^ec2:((Create|Delete)Vpc|ModifyVpcAttribute|(Accept|Create|Delete|Reject)VpcPeeringConnection|(Attach|Detach|Enable|Disable)(Vpc)?ClassicLink(Vpc)?)$') THEN '4.14'
      WHEN starts_with(operation, 'organizations:') THEN '4.15'
    END AS control
  FROM events
),
matched AS (
  SELECT
    event_time,
    event_id,
    account_id,
    principal_arn,
    operation,
    control
  FROM calls
  WHERE control IS NOT NULL
  UNION ALL
  -- What root does counts once more, whatever it was.
  SELECT
    event_time,
    event_id,
    account_id,
    principal_arn,
    operation,
    '4.3' AS control
  FROM events
  WHERE identity_type = 'Root'
    AND invoked_by IS NULL
    AND coalesce(event_type, '') <> 'AwsServiceEvent'
)
SELECT
  c.control,
  c.title,
  count(m.event_id) AS events,
  count(DISTINCT m.principal_arn) AS principals,
  list(DISTINCT m.account_id ORDER BY m.account_id) FILTER (WHERE m.account_id IS NOT NULL) AS account_ids,
  list_slice(list(DISTINCT m.operation ORDER BY m.operation) FILTER (WHERE m.operation IS NOT NULL), 1, 10) AS operations,
  min(m.event_time) AS first_time,
  max(m.event_time) AS last_time
FROM controls AS c
LEFT JOIN matched AS m ON m.control = c.control
GROUP BY
  c.control,
  c.title
ORDER BY CAST(split_part(c.control, '.', 2) AS INTEGER);
