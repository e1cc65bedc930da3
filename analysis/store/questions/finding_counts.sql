SELECT
  severity,
  count(*) FILTER (WHERE status = 'open' AND NOT gone AND suppression IS NULL) AS open,
  count(*) FILTER (WHERE suppression IS NOT NULL AND NOT gone) AS suppressed
FROM findings
GROUP BY severity, severity_rank
ORDER BY severity_rank DESC;
