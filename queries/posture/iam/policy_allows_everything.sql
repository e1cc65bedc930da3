-- id: iam_policy_allows_everything
-- title: Customer managed policy that allows everything
-- kind: posture
-- check: IAM-14
-- severity: critical
-- status: stable
-- resource_type: AWS::IAM::ManagedPolicy
-- changed_by: [iam:CreatePolicy, iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion]
-- remediation: aws iam create-policy-version --policy-arn {resource_arn} --set-as-default --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
-- why: It is AdministratorAccess by another name, which nobody searches for.
-- cis: ["1.15"]
-- fsbp: [IAM.1]
-- description: >
--   The default version of a policy that the account made itself allows every action on
--   every resource, and the policy is attached to somebody. The command denies all of it
--   to whoever has the policy; detach it then.
-- blind_spots:
--   - Of the logs alone, whether a policy is attached is not known, and it counts as if it were.
--   - A version that became the default and was written before the logs is not known.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html

WITH versions AS (
  SELECT
    event_time,
    event_id,
    account_id,
    coalesce(response_elements ->> '$.policy.arn', request_parameters ->> '$.policyArn') AS policy_arn,
    coalesce(response_elements ->> '$.policyVersion.versionId', CASE operation WHEN 'iam:CreatePolicy' THEN 'v1' ELSE event_id END) AS version_id,
    operation = 'iam:CreatePolicy' OR (request_parameters ->> '$.setAsDefault') = 'true' AS is_default,
    json_extract(request_parameters, '$.policyDocument') AS document
  FROM events
  WHERE operation IN ('iam:CreatePolicy', 'iam:CreatePolicyVersion')
    AND error_code IS NULL
),
defaults AS (
  SELECT event_time, event_id, account_id, policy_arn, version_id
  FROM versions
  WHERE is_default
  UNION ALL
  SELECT
    event_time,
    event_id,
    account_id,
    request_parameters ->> '$.policyArn' AS policy_arn,
    request_parameters ->> '$.versionId' AS version_id
  FROM events
  WHERE operation = 'iam:SetDefaultPolicyVersion'
    AND error_code IS NULL
),
last_defaults AS (
  SELECT event_time, event_id, account_id, policy_arn, version_id
  FROM defaults
  WHERE policy_arn IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY policy_arn ORDER BY event_time DESC, event_id DESC) = 1
),
judged AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Versions') IS NOT NULL AS known,
    len(list_filter(
      json_items(config -> '$.Versions'),
      lambda v: (v ->> '$.IsDefaultVersion') = 'true' AND policy_is_admin(v -> '$.Document')
    )) > 0 AS admin,
    coalesce(
      len(config ->> '$.Entities.PolicyUsers[*].UserName') + len(config ->> '$.Entities.PolicyRoles[*].RoleName') + len(config ->> '$.Entities.PolicyGroups[*].GroupName') > 0
        OR (config -> '$.Entities') IS NULL AND coalesce(TRY_CAST(config ->> '$.Policy.AttachmentCount' AS INTEGER) > 0, true),
      true
    ) AS attached,
    (config ->> '$.Entities.PolicyUsers[*].UserName') || (config ->> '$.Entities.PolicyRoles[*].RoleName') || (config ->> '$.Entities.PolicyGroups[*].GroupName') AS attached_to,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::ManagedPolicy'
    AND status = 'found'
    AND coalesce(resource_arn, '') NOT LIKE 'arn:%:iam::aws:policy/%'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    d.event_time AS as_of,
    regexp_extract(d.policy_arn, '[^/]+$') AS resource_id,
    d.policy_arn AS resource_arn,
    d.account_id,
    'us-east-1' AS region,
    len(policy_statements(v.document)) > 0 AS known,
    policy_is_admin(v.document) AS admin,
    true AS attached,
    CASE WHEN v.event_id = d.event_id THEN [d.event_id] ELSE [v.event_id, d.event_id] END AS event_ids
  FROM last_defaults AS d
  LEFT JOIN versions AS v ON v.policy_arn = d.policy_arn AND v.version_id = d.version_id
)
SELECT
  CASE WHEN admin AND attached THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'policy ' || resource_id || CASE
    WHEN admin AND attached THEN ' allows everything' || coalesce(' to ' || nullif(array_to_string(attached_to, ', '), ''), '')
    WHEN admin THEN ' allows everything, and is attached to nobody'
    WHEN known THEN ' does not allow everything'
    ELSE ' has a default version that could not be read'
  END AS summary,
  list_filter(event_ids, lambda id: id IS NOT NULL) AS event_ids,
  attached_to
FROM judged;
