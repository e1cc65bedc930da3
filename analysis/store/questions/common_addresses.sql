-- Addresses of findings from which many principals act that no finding of medium
-- severity or above is about.
SELECT
  a.source_ip
FROM ev.activity AS a
JOIN (SELECT DISTINCT value FROM finding_entities WHERE kind = 'source_ip') AS f ON f.value = a.source_ip
WHERE a.principal_arn IS NOT NULL AND a.principal_arn NOT IN (
  SELECT e.value
  FROM finding_entities AS e
  JOIN findings AS g ON g.finding_id = e.finding_id
  WHERE e.kind = 'principal_arn' AND g.severity_rank >= 2
)
GROUP BY a.source_ip
HAVING count(DISTINCT a.principal_arn) >= 3;
