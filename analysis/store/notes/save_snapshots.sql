INSERT INTO notes.looked_up
SELECT
  (SELECT coalesce(max(snapshot_no), 0) FROM notes.looked_up) + row_number() OVER (),
  nullif(j ->> '$.key', ''),
  j ->> '$.resource_type',
  j ->> '$.resource_id',
  nullif(j ->> '$.resource_arn', ''),
  j ->> '$.account_id',
  j ->> '$.region',
  j ->> '$.status',
  j ->> '$.source',
  CAST(j ->> '$.captured_at' AS TIMESTAMP),
  nullif(j ->> '$.caller', ''),
  j ->> '$.config',
  j ->> '$.parts',
  nullif(j ->> '$.reason', ''),
  nullif(j ->> '$.failure', ''),
  nullif(j ->> '$.hint', ''),
  j ->> '$.sha256'
FROM (SELECT unnest(from_json(CAST(? AS JSON), '["JSON"]')) AS j) AS given;
