-- The last successful change of each of the resources asked for, and its deletion. A
-- change that the result itself cites comes before those that only name the resource: by
-- its id and type, its ARN, or as a related one. What is the same for a whole account has
-- the account's id.
WITH asked AS (
  SELECT unnest(from_json(CAST(? AS JSON), '[{
    "n": "BIGINT", "resource_type": "VARCHAR", "resource_id": "VARCHAR", "resource_arn": "VARCHAR", "account_id": "VARCHAR",
    "region": "VARCHAR", "related": ["VARCHAR"], "operations": ["VARCHAR"], "event_ids": ["VARCHAR"]
  }]'), recursive := true)
),
changing AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    operation,
    account_id,
    region,
    coalesce(principal_arn, identity_arn, invoked_by, '') AS principal
  FROM events
  -- operations
  WHERE error_code IS NULL
),
named AS (
  SELECT DISTINCT
    r.event_uuid,
    r.resource_type,
    r.resource_id,
    r.resource_arn,
    coalesce(r.account_id, c.account_id) AS account_id
  FROM event_resources AS r
  JOIN changing AS c ON c.event_uuid = r.event_uuid
),
related AS (
  SELECT n, account_id, unnest(related) AS name FROM asked
),
touched AS (
  SELECT a.n, d.event_uuid
  FROM asked AS a
  JOIN named AS d ON d.resource_id = a.resource_id AND d.account_id = a.account_id
  WHERE d.resource_type IS NULL OR d.resource_type = a.resource_type
  UNION
  SELECT a.n, d.event_uuid FROM asked AS a JOIN named AS d ON d.resource_arn = a.resource_arn WHERE a.resource_arn <> ''
  UNION
  SELECT r.n, d.event_uuid FROM related AS r JOIN named AS d ON d.resource_id = r.name AND d.account_id = r.account_id
  UNION
  SELECT r.n, d.event_uuid FROM related AS r JOIN named AS d ON d.resource_arn = r.name
  UNION
  SELECT a.n, c.event_uuid
  FROM asked AS a
  JOIN changing AS c ON c.account_id = a.account_id
  WHERE a.resource_id = a.account_id
    AND (a.region = '' OR a.region = c.region OR regexp_matches(a.resource_type, '^AWS::(IAM|Organizations|S3)::'))
    -- What names a user is about that user, and not about the account.
    AND c.event_uuid NOT IN (SELECT u.event_uuid FROM named AS u WHERE u.resource_type = 'AWS::IAM::User')
  UNION
  SELECT a.n, c.event_uuid
  FROM (SELECT n, unnest(event_ids) AS event_id FROM asked) AS a
  JOIN changing AS c ON c.event_id = a.event_id
),
changed AS (
  SELECT
    t.n,
    'changed' AS what,
    c.event_time,
    c.principal,
    c.operation,
    c.event_id
  FROM touched AS t
  JOIN changing AS c ON c.event_uuid = t.event_uuid
  JOIN asked AS a ON a.n = t.n AND list_contains(a.operations, c.operation)
  QUALIFY row_number() OVER (
    PARTITION BY t.n
    ORDER BY list_contains(a.event_ids, c.event_id) DESC, c.event_time DESC NULLS LAST, c.event_uuid DESC
  ) = 1
),
-- What made and unmade each; the last of it counts. What is restored was not lost.
lives AS (
  SELECT
    a.n,
    e.event_uuid,
    e.event_time,
    e.event_id,
    e.operation,
    coalesce(e.principal_arn, e.identity_arn, e.invoked_by, '') AS principal,
    bool_or(r.action = 'deleted') AS ends
  FROM asked AS a
  JOIN event_resources AS r
    ON r.resource_id = a.resource_id AND r.resource_type = a.resource_type AND r.account_id = a.account_id
  JOIN events AS e ON e.event_uuid = r.event_uuid
  WHERE e.error_code IS NULL
    AND (r.action IN ('created', 'deleted') OR regexp_matches(e.event_name, '^(Restore|Cancel|Undelete)'))
  GROUP BY ALL
),
deleted AS (
  SELECT
    n,
    'deleted' AS what,
    event_time,
    principal,
    operation,
    event_id
  FROM lives
  QUALIFY ends AND row_number() OVER (PARTITION BY n ORDER BY event_time DESC NULLS LAST, event_uuid DESC) = 1
)
SELECT n, what, event_time, principal, operation, event_id FROM changed
UNION ALL
SELECT n, what, event_time, principal, operation, event_id FROM deleted;
