INSERT INTO notes.account_checks
SELECT
  j ->> '$.account_id',
  CAST(j ->> '$.works' AS BOOLEAN),
  nullif(j ->> '$.problem', ''),
  CAST(j ->> '$.checked_at' AS TIMESTAMP)
FROM (SELECT unnest(from_json(CAST(? AS JSON), '["JSON"]')) AS j) AS given;
