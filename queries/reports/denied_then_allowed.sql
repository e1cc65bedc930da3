-- id: reports_denied_then_allowed
-- title: Denied, then allowed
-- answers: [Q13]
-- requires: [management]
-- description: >
--   Operations that a principal was denied and that then succeeded in the same account:
--   a permission appeared in between. changes lists the changes to policies, roles and
--   groups of that account between the two; where there are none, the two calls differed
--   in what they asked for. The 500 latest.

WITH calls AS (
  SELECT
    account_id,
    principal_arn,
    operation,
    event_time,
    event_id,
    error_code,
    source_ip,
    coalesce(regexp_matches(error_code, '(?i)access.?denied|unauthorized|forbidden|not.?authorized'), false) AS denied
  FROM events
  WHERE principal_arn IS NOT NULL
    AND identity_type <> 'AWSService'
),
pairs AS (
  SELECT
    account_id,
    principal_arn,
    operation
  FROM calls
  GROUP BY ALL
  HAVING bool_or(denied)
    AND bool_or(error_code IS NULL)
),
steps AS (
  SELECT
    c.account_id,
    c.principal_arn,
    c.operation,
    c.event_time,
    c.event_id,
    c.error_code,
    c.source_ip,
    lag(c.denied) OVER series AS was_denied,
    lag(c.event_time) OVER series AS denied_at,
    lag(c.event_id) OVER series AS denied_event_id
  FROM calls AS c
  JOIN pairs AS p
    ON p.account_id IS NOT DISTINCT FROM c.account_id
    AND p.principal_arn = c.principal_arn
    AND p.operation = c.operation
  WHERE c.denied
    OR c.error_code IS NULL
  WINDOW series AS (
    PARTITION BY c.account_id, c.principal_arn, c.operation
    ORDER BY c.event_time, c.event_id
  )
),
changes AS (
  SELECT
    account_id,
    event_time,
    operation,
    principal_arn
  FROM events
  WHERE operation IN (
    'iam:AddRoleToInstanceProfile',
    'iam:AddUserToGroup',
    'iam:AttachGroupPolicy',
    'iam:AttachRolePolicy',
    'iam:AttachUserPolicy',
    'iam:CreatePolicyVersion',
    'iam:DeleteRolePermissionsBoundary',
    'iam:DeleteUserPermissionsBoundary',
    'iam:DetachRolePolicy',
    'iam:DetachUserPolicy',
    'iam:PutGroupPolicy',
    'iam:PutRolePolicy',
    'iam:PutUserPolicy',
    'iam:SetDefaultPolicyVersion',
    'iam:UpdateAssumeRolePolicy',
    'kms:CreateGrant',
    'kms:PutKeyPolicy',
    'organizations:DetachPolicy',
    'organizations:UpdatePolicy',
    's3:DeleteBucketPolicy',
    's3:PutBucketPolicy',
    'secretsmanager:PutResourcePolicy',
    'sso:ProvisionPermissionSet'
  )
    AND error_code IS NULL
)
SELECT
  s.denied_at,
  s.event_time AS allowed_at,
  s.account_id,
  s.principal_arn,
  s.operation,
  s.source_ip,
  count(g.operation) AS changes_between,
  list_slice(list(DISTINCT g.operation || ' by ' || coalesce(g.principal_arn, '?')) FILTER (WHERE g.operation IS NOT NULL), 1, 10) AS changes,
  s.denied_event_id,
  s.event_id AS allowed_event_id
FROM steps AS s
LEFT JOIN changes AS g
  ON g.account_id IS NOT DISTINCT FROM s.account_id
  AND g.event_time > s.denied_at
  AND g.event_time <= s.event_time
WHERE s.error_code IS NULL
  AND s.was_denied
GROUP BY
  s.denied_at,
  s.event_time,
  s.account_id,
  s.principal_arn,
  s.operation,
  s.source_ip,
  s.denied_event_id,
  s.event_id
ORDER BY
  allowed_at DESC,
  s.principal_arn,
  s.operation
LIMIT 500;
