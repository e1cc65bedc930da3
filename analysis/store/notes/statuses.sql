SELECT
  f.finding_id,
  f.status
FROM (SELECT CAST(? AS JSON) AS j) AS given
JOIN notes.findings AS f ON list_contains(from_json(j -> '$.ids', '["VARCHAR"]'), f.finding_id);
