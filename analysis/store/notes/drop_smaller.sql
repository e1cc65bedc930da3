DELETE FROM temp.main.staged_findings
WHERE EXISTS (
  SELECT 1 FROM notes.found AS f WHERE f.finding_id = staged_findings.finding_id AND f.events > staged_findings.events
);
