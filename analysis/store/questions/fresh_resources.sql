-- Resources that a successful call made, that nothing named before it, that are not
-- deleted since, and that nobody has looked up; the last made first.
SELECT
  r.resource_type,
  r.resource_id,
  r.resource_arn,
  r.account_id,
  coalesce(r.region, '') AS region
FROM resources AS r
WHERE
  r.created_at IS NOT NULL
  AND r.created_at <= r.first_seen
  AND r.resource_type IS NOT NULL
  AND (r.deleted_at IS NULL OR r.deleted_at < r.created_at)
  AND NOT EXISTS (
    SELECT 1
    FROM resource_snapshots AS s
    WHERE
      s.resource_type = r.resource_type
      AND s.resource_id = r.resource_id
      AND s.account_id = r.account_id
      AND s.source <> 'config'
  )
ORDER BY r.created_at DESC, r.resource_type, r.resource_id
