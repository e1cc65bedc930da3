INSERT INTO notes.marked
SELECT
  (SELECT coalesce(max(change), 0) FROM notes.marked) + row_number() OVER (),
  j ->> '$.kind',
  j ->> '$.id',
  CAST(j ->> '$.starred' AS BOOLEAN),
  nullif(j ->> '$.note', ''),
  CAST(from_json(j -> '$.tags', '["VARCHAR"]') AS VARCHAR[]),
  j ->> '$.author',
  CAST(j ->> '$.at' AS TIMESTAMP)
FROM (SELECT unnest(from_json(CAST(? AS JSON), '["JSON"]')) AS j) AS given;
