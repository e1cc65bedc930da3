DROP TABLE temp.main.staged_findings;
