-- A run, numbered after those before it.
INSERT INTO notes.runs
SELECT
  coalesce((SELECT max(run_id) FROM notes.runs), 0) + 1,
  CAST(j ->> '$.started_at' AS TIMESTAMP),
  NULL,
  CAST(j ->> '$.since' AS TIMESTAMP),
  CAST(j ->> '$.until' AS TIMESTAMP),
  CAST(from_json(j -> '$.accounts', '["VARCHAR"]') AS VARCHAR[]),
  CAST(from_json(j -> '$.regions', '["VARCHAR"]') AS VARCHAR[]),
  j ->> '$.program',
  CAST(j ->> '$.whole' AS BOOLEAN)
FROM (SELECT CAST(? AS JSON) AS j) AS given
RETURNING run_id;
