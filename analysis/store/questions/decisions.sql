-- What was decided about a finding, the latest first.
SELECT
  status,
  note,
  author,
  decided_at
FROM finding_decisions
WHERE finding_id = ?
ORDER BY decided_at DESC;
