INSERT INTO notes.found_entities
SELECT
  finding_id,
  e.kind,
  e.value,
  e.position,
  CAST(e.address AS UHUGEINT)
FROM (SELECT finding_id, unnest(entities) AS e FROM temp.main.staged_findings) AS s;
