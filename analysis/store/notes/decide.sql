INSERT INTO notes.decisions
SELECT
  f.finding_id,
  coalesce(nullif(j ->> '$.status', ''), f.status),
  coalesce(nullif(j ->> '$.note', ''), f.note),
  j ->> '$.author',
  CAST(j ->> '$.at' AS TIMESTAMP)
FROM (SELECT CAST(? AS JSON) AS j) AS given
JOIN notes.findings AS f ON list_contains(from_json(j -> '$.ids', '["VARCHAR"]'), f.finding_id);
