SELECT
  min(first_time),
  max(last_time)
FROM findings
WHERE severity_rank >= 3
  AND status IN ('open', 'confirmed')
  AND NOT gone
  AND suppression IS NULL;
