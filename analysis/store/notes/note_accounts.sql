INSERT INTO notes.account_entries
SELECT
  j ->> '$.account_id',
  j ->> '$.origin',
  nullif(j ->> '$.name', ''),
  nullif(j ->> '$.status', ''),
  nullif(j ->> '$.ou', ''),
  nullif(j ->> '$.kind', ''),
  nullif(j ->> '$.partition', ''),
  nullif(j ->> '$.role', ''),
  nullif(j ->> '$.external_id', ''),
  nullif(j ->> '$.profile', ''),
  CAST(j ->> '$.noted_at' AS TIMESTAMP)
FROM (SELECT unnest(from_json(CAST(? AS JSON), '["JSON"]')) AS j) AS given;
