INSERT INTO notes.results
SELECT
  CAST(j ->> '$.run_id' AS BIGINT),
  j ->> '$.detection_id',
  j ->> '$.title',
  j ->> '$.severity',
  j ->> '$.kind',
  CAST(from_json(j -> '$.attack', '["VARCHAR"]') AS VARCHAR[]),
  j ->> '$.state',
  j ->> '$.reason',
  CAST(from_json(j -> '$.missing', '["VARCHAR"]') AS VARCHAR[]),
  CAST(j ->> '$.row_count' AS BIGINT),
  CAST(j ->> '$.findings' AS BIGINT),
  (SELECT count(*) FROM notes.found AS f WHERE f.detection_id = (j ->> '$.detection_id') AND f.first_run = CAST(j ->> '$.run_id' AS BIGINT)),
  CAST(j ->> '$.elapsed_ms' AS DOUBLE),
  j ->> '$.sql'
FROM (SELECT unnest(from_json(CAST(? AS JSON), '["JSON"]')) AS j) AS given;
