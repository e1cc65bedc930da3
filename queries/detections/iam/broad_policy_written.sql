-- id: iam_broad_policy_written
-- title: Policy written that allows everything
-- severity: high
-- status: stable
-- attack: [T1098.003, T1548.005]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   An inline policy, a new managed policy or a new default version of one allows all
--   actions, all of IAM, or all but a few, on every resource. This is how rights become
--   administrator rights without the word AdministratorAccess.
-- false_positives:
--   - Accounts for experiments; a customer copy of an AWS policy; roles of deployment pipelines.
-- blind_spots:
--   - A policy that spells out dangerous actions one by one is not seen.
--   - A version that is not the default gives nothing until SetDefaultPolicyVersion.
--   - A policy that the log cuts off because it is too long cannot be read.
-- triage:
--   - Read the statement (attribute statement) and the conditions in it.
--   - To whom is the policy attached, and did the same access_key_id attach it?
--   - Compare with the version before, if it is a new version.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
--   - https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/

WITH document AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    event_name,
    coalesce(identity_arn, principal_arn, identity_type, 'someone') AS who,
    coalesce(
      request_parameters ->> '$.userName',
      request_parameters ->> '$.roleName',
      request_parameters ->> '$.groupName',
      request_parameters ->> '$.policyArn',
      request_parameters ->> '$.policyName'
    ) AS resource,
    CASE WHEN json_valid(request_parameters ->> '$.policyDocument')
      THEN CAST(request_parameters ->> '$.policyDocument' AS JSON)
    END AS policy
  FROM events
  WHERE operation IN (
      'iam:PutUserPolicy', 'iam:PutRolePolicy', 'iam:PutGroupPolicy', 'iam:CreatePolicy', 'iam:CreatePolicyVersion'
    )
    AND error_code IS NULL
    AND (operation <> 'iam:CreatePolicyVersion' OR (request_parameters ->> '$.setAsDefault') = 'true')
),
statements AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    event_name,
    who,
    resource,
    unnest(CASE json_type(policy, '$.Statement')
      WHEN 'ARRAY' THEN from_json(policy -> '$.Statement', '["json"]')
      WHEN 'OBJECT' THEN [policy -> '$.Statement']
    END) AS statement
  FROM document
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  CAST(any_value(statement) AS VARCHAR) AS statement,
  who || ' called ' || event_name || ' on ' || coalesce(resource, '?') || ': it allows '
    || any_value(coalesce(statement ->> '$.Action', 'all but ' || (statement ->> '$.NotAction')))
    || ' on every resource' AS summary
FROM statements
WHERE (statement ->> '$.Effect') = 'Allow'
  AND regexp_matches(statement ->> '$.Resource', '(^|")[*]("|$)')
  AND (
    regexp_matches(statement ->> '$.Action', '(^|")([*]|[*]:[*]|iam:[*])("|$)', 'i')
    OR (statement ->> '$.NotAction') IS NOT NULL
  )
GROUP BY event_time, event_id, principal_arn, access_key_id, source_ip, user_agent, account_id, region, event_name, who, resource;
