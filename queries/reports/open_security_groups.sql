-- id: reports_open_security_groups
-- title: Security groups opened to the world
-- answers: [Q40]
-- requires: [management]
-- description: >
--   Ingress rules for 0.0.0.0/0 or ::/0 that were added in the scope, and whether the rule
--   or its group was taken away again afterwards (closed_at). Those still open stand first.
--   Rules from before the scope, and those that came with a launch template or
--   CloudFormation of another account, are not here: posture checks know the present.

WITH added AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.principal_arn,
    e.access_key_id,
    e.source_ip,
    e.error_code,
    e.request_parameters ->> '$.groupId' AS group_id,
    e.request_parameters ->> '$.groupName' AS group_name,
    e.response_elements AS response,
    unnest(
      CASE
        WHEN json_type(e.request_parameters, '$.ipPermissions.items') = 'ARRAY'
        THEN from_json(e.request_parameters -> '$.ipPermissions.items', '["JSON"]')
        WHEN json_type(e.request_parameters, '$.ipPermissions.items') = 'OBJECT'
        THEN [e.request_parameters -> '$.ipPermissions.items']
        ELSE [CAST(e.request_parameters AS JSON)]
      END
    ) AS permission
  FROM events AS e
  WHERE e.operation = 'ec2:AuthorizeSecurityGroupIngress'
),
ranges AS (
  SELECT
    a.event_time,
    a.event_id,
    a.account_id,
    a.region,
    a.principal_arn,
    a.access_key_id,
    a.source_ip,
    a.error_code,
    a.group_id,
    a.group_name,
    a.response,
    a.permission ->> '$.ipProtocol' AS protocol,
    TRY_CAST(a.permission ->> '$.fromPort' AS BIGINT) AS from_port,
    TRY_CAST(a.permission ->> '$.toPort' AS BIGINT) AS to_port,
    unnest(
      list_distinct(
        regexp_extract_all(CAST(a.permission AS VARCHAR), '"(0\.0\.0\.0/0|::/0)"', 1)
      )
    ) AS cidr
  FROM added AS a
),
closing AS (
  SELECT
    event_time,
    account_id,
    operation,
    coalesce(request_parameters ->> '$.groupId', request_parameters ->> '$.groupName') AS security_group,
    request_parameters AS request
  FROM events
  WHERE operation IN ('ec2:RevokeSecurityGroupIngress', 'ec2:DeleteSecurityGroup')
    AND error_code IS NULL
),
closed AS (
  SELECT
    r.event_id,
    r.cidr,
    r.from_port,
    r.protocol,
    min(c.event_time) AS closed_at
  FROM ranges AS r
  JOIN closing AS c
    ON c.account_id = r.account_id
    AND c.security_group IN (r.group_id, r.group_name)
    AND c.event_time >= r.event_time
    AND (
      c.operation = 'ec2:DeleteSecurityGroup'
      OR contains(c.request, '"' || r.cidr || '"')
      -- By the id of the rule, which the answer to the opening names.
      OR len(
        list_intersect(
          regexp_extract_all(c.request, 'sgr-[0-9a-f]+'),
          regexp_extract_all(coalesce(r.response, ''), 'sgr-[0-9a-f]+')
        )
      ) > 0
    )
  GROUP BY ALL
)
SELECT
  r.event_time,
  r.account_id,
  r.region,
  coalesce(r.group_id, r.group_name) AS security_group,
  r.protocol,
  r.from_port,
  r.to_port,
  r.cidr,
  CASE WHEN r.error_code IS NULL THEN 'opened' ELSE r.error_code END AS outcome,
  CASE WHEN r.error_code IS NULL THEN c.closed_at IS NULL END AS still_open,
  c.closed_at,
  r.principal_arn,
  r.access_key_id,
  r.source_ip,
  r.event_id
FROM ranges AS r
LEFT JOIN closed AS c
  ON c.event_id = r.event_id
  AND c.cidr = r.cidr
  AND c.from_port IS NOT DISTINCT FROM r.from_port
  AND c.protocol IS NOT DISTINCT FROM r.protocol
ORDER BY
  still_open DESC NULLS LAST,
  r.event_time,
  r.event_id,
  r.from_port,
  r.cidr;
