-- What the findings name that are open or confirmed, of medium severity or above.
SELECT
  e.kind,
  e.value,
  e.finding_id
FROM finding_entities AS e
JOIN findings AS f ON f.finding_id = e.finding_id
WHERE f.severity_rank >= 2
  AND f.status IN ('open', 'confirmed')
  AND NOT f.gone
  AND f.suppression IS NULL
