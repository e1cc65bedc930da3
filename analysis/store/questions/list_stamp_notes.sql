-- Changes whenever the evidence does, or what is said about findings and resources.
SELECT
  CAST(count(*) || ' ' || coalesce(max(ingested_at), TIMESTAMP 'epoch') AS VARCHAR)
  || ' ' || (SELECT count(*) || ' ' || count(ended_at) FROM notes.runs)
  || ' ' || (SELECT count(*) FROM notes.decisions)
  || ' ' || (SELECT count(*) || ' ' || count(ended_at) FROM notes.suppressed)
  || ' ' || (SELECT coalesce(max(snapshot_no), 0) FROM resource_snapshots WHERE source <> 'config')
  || ' ' || (SELECT count(*) || ' ' || count(*) FILTER (status = 'FAIL') || ' ' || coalesce(max(as_of), TIMESTAMP 'epoch') FROM posture_results)
FROM log_objects
