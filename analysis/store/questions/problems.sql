-- Objects that were not read in full, by what was wrong with them.
SELECT
  status,
  reason,
  count(*) AS objects,
  CAST(sum(records) AS BIGINT) AS records,
  min(uri) AS example
FROM objects
WHERE status <> 'ok'
GROUP BY status, reason
ORDER BY status, objects DESC, reason;
