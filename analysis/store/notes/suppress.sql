INSERT INTO notes.suppressed
SELECT
  j ->> '$.suppression_id',
  j ->> '$.detection',
  j ->> '$.principal',
  j ->> '$.account',
  j ->> '$.source_ip',
  CAST(j ->> '$.address_from' AS UHUGEINT),
  CAST(j ->> '$.address_to' AS UHUGEINT),
  j ->> '$.reason',
  j ->> '$.author',
  CAST(j ->> '$.created_at' AS TIMESTAMP),
  CAST(j ->> '$.expires_at' AS TIMESTAMP),
  NULL
FROM (SELECT CAST(? AS JSON) AS j) AS given;
