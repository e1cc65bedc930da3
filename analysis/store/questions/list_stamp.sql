-- Changes whenever the evidence does.
SELECT CAST(count(*) || ' ' || coalesce(max(ingested_at), TIMESTAMP 'epoch') AS VARCHAR) FROM log_objects
