-- What each resource is known to be like: the last look that found it or found it gone,
-- else what AWS Config recorded last, else the last look that came to nothing. A look has
-- every part of its type, what AWS Config recorded only some.
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
FROM notes.main.snapshots AS l
WHERE l.status IN ('found', 'gone')
  OR NOT EXISTS (
    FROM ev.main.snapshots AS c
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
FROM ev.main.snapshots AS c
WHERE NOT EXISTS (
  FROM notes.main.snapshots AS l
  WHERE l.status IN ('found', 'gone')
    AND l.resource_type = c.resource_type
    AND l.resource_id = c.resource_id
    AND l.account_id = c.account_id
    AND l.region = c.region
)
