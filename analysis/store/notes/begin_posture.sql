-- A run of posture checks, numbered after those before it.
INSERT INTO notes.posture_runs
SELECT
  coalesce((SELECT max(run_id) FROM notes.posture_runs), 0) + 1,
  CAST(j ->> '$.started_at' AS TIMESTAMP),
  CAST(j ->> '$.since' AS TIMESTAMP),
  CAST(j ->> '$.until' AS TIMESTAMP),
  j ->> '$.program'
FROM (SELECT CAST(? AS JSON) AS j) AS given;
