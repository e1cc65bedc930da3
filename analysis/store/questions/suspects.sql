SELECT DISTINCT
  e.kind,
  e.value
FROM findings AS f
JOIN finding_entities AS e ON e.finding_id = f.finding_id
WHERE f.severity_rank >= 3
  AND f.status IN ('open', 'confirmed')
  AND NOT f.gone
  AND f.suppression IS NULL
  AND e.kind IN ('principal_arn', 'access_key_id', 'source_ip')
ORDER BY ALL;
