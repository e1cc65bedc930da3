SELECT min(first_time)
FROM findings
WHERE severity_rank >= 3
  AND status IN ('open', 'confirmed')
  AND NOT gone
  AND suppression IS NULL
