-- Changes whenever the evidence does, or what is said about findings.
SELECT
  CAST(count(*) || ' ' || coalesce(max(ingested_at), TIMESTAMP 'epoch') AS VARCHAR)
  || ' ' || (SELECT count(*) || ' ' || count(ended_at) FROM notes.runs)
  || ' ' || (SELECT count(*) FROM notes.decisions)
  || ' ' || (SELECT count(*) || ' ' || count(ended_at) FROM notes.suppressed)
FROM log_objects
