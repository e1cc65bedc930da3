-- The last of them for each resource. One that came to nothing says nothing. They are
-- chosen by their names: config is wide.
SELECT
  s.captured_at,
  s.status,
  s.source,
  s.resource_type,
  s.resource_id,
  s.account_id,
  s.region,
  s.caller,
  s.reason,
  s.resource_arn,
  s.resource_key,
  s.parts,
  s.config
FROM resource_snapshots AS s
WHERE (s.source, s.snapshot_no) IN (
  SELECT (n.source, n.snapshot_no)
  FROM resource_snapshots AS n
  WHERE n.status IN ('found', 'gone')
  QUALIFY row_number() OVER (
    PARTITION BY n.resource_type, n.resource_id, n.account_id, n.region
    ORDER BY n.captured_at DESC, n.source DESC, n.snapshot_no DESC
  ) = 1
)
ORDER BY s.resource_type, s.account_id, s.region, s.resource_id
