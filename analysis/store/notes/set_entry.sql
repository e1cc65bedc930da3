INSERT INTO notes.written
SELECT
  (SELECT coalesce(max(change), 0) + 1 FROM notes.written),
  j ->> '$.entry_id',
  CAST(j ->> '$.time' AS TIMESTAMP),
  nullif(j ->> '$.kind', ''),
  nullif(j ->> '$.id', ''),
  nullif(j ->> '$.who', ''),
  nullif(j ->> '$.what', ''),
  nullif(j ->> '$.place', ''),
  nullif(j ->> '$.note', ''),
  CAST(from_json(j -> '$.tags', '["VARCHAR"]') AS VARCHAR[]),
  j ->> '$.author',
  CAST(j ->> '$.at' AS TIMESTAMP)
FROM (SELECT CAST(? AS JSON) AS j) AS given;
