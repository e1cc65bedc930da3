INSERT INTO notes.found_events
SELECT
  finding_id,
  unnest(event_ids)
FROM temp.main.staged_findings;
