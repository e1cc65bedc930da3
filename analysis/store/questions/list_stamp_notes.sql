-- Changes whenever the evidence does, or what is said about findings.
SELECT
  CAST(count(*) || ' ' || coalesce(max(ingested_at), TIMESTAMP 'epoch') AS VARCHAR)
  || ' ' || (SELECT count(*) || ' ' || count(ended_at) FROM detection_runs)
  || ' ' || (SELECT count(*) FROM finding_decisions)
  || ' ' || (SELECT count(*) || ' ' || count(*) FILTER (WHERE state = 'in force') FROM suppressions)
FROM log_objects
