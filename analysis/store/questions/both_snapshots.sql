-- What each resource is known to be like: the last look that found it or found it gone,
-- else what AWS Config recorded last, else the last look that came to nothing. A look has
-- every part of its type, what AWS Config recorded only some. The views snapshots of the
-- two files are of no use here: inside of them, resource_snapshots is both together.
WITH looked AS (
  SELECT
    *
  FROM notes.main.resource_snapshots
  QUALIFY row_number() OVER (
    PARTITION BY resource_type, resource_id, account_id, region
    ORDER BY captured_at DESC, snapshot_no DESC
  ) = 1
),
recorded AS (
  SELECT
    snapshot_no,
    resource_type,
    resource_id,
    account_id,
    region
  FROM ev.main.resource_snapshots
  WHERE status IN ('found', 'gone')
  QUALIFY row_number() OVER (
    PARTITION BY resource_type, resource_id, account_id, region
    ORDER BY captured_at DESC, status DESC, resource_arn, snapshot_no
  ) = 1
)
SELECT
  l.resource_key,
  l.resource_type,
  l.resource_id,
  l.resource_arn,
  l.account_id,
  l.region,
  l.status,
  l.source,
  l.captured_at,
  l.caller,
  l.config,
  l.parts,
  l.reason,
  l.failure,
  l.hint,
  l.sha256
FROM looked AS l
WHERE l.status IN ('found', 'gone')
  OR NOT EXISTS (
    FROM recorded AS c
    WHERE c.resource_type = l.resource_type
      AND c.resource_id = l.resource_id
      AND c.account_id = l.account_id
      AND c.region = l.region
  )
UNION ALL
SELECT
  c.resource_key,
  c.resource_type,
  c.resource_id,
  c.resource_arn,
  c.account_id,
  c.region,
  c.status,
  c.source,
  c.captured_at,
  c.caller,
  c.config,
  c.parts,
  c.reason,
  c.failure,
  c.hint,
  c.sha256
FROM ev.main.resource_snapshots AS c
WHERE c.snapshot_no IN (SELECT r.snapshot_no FROM recorded AS r)
  AND NOT EXISTS (
    FROM looked AS l
    WHERE l.status IN ('found', 'gone')
      AND l.resource_type = c.resource_type
      AND l.resource_id = c.resource_id
      AND l.account_id = c.account_id
      AND l.region = c.region
  )
