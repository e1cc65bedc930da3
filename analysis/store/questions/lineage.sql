-- Which key each of some access keys came from, and theirs in turn.
WITH RECURSIVE asked AS (
  SELECT DISTINCT value AS issued_key FROM finding_entities WHERE kind IN ('access_key_id', 'resource')
),
up AS (
  SELECT s.issued_key, s.parent_key
  FROM ev.sessions AS s
  JOIN asked AS a ON a.issued_key = s.issued_key
  WHERE s.parent_key IS NOT NULL
  UNION
  SELECT s.issued_key, s.parent_key
  FROM ev.sessions AS s
  JOIN up ON up.parent_key = s.issued_key
  WHERE s.parent_key IS NOT NULL
)
SELECT issued_key, parent_key FROM up
UNION
SELECT e.issued_access_key_id, e.access_key_id
FROM ev.events AS e
JOIN (SELECT issued_key FROM asked UNION SELECT parent_key FROM up) AS k ON k.issued_key = e.issued_access_key_id
WHERE e.operation = 'iam:CreateAccessKey' AND e.error_code IS NULL AND e.access_key_id IS NOT NULL;
