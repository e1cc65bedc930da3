DELETE FROM notes.found_events WHERE finding_id IN (SELECT finding_id FROM temp.main.staged_findings);
