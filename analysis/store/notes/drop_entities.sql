DELETE FROM notes.found_entities WHERE finding_id IN (SELECT finding_id FROM temp.main.staged_findings);
