SELECT coalesce(
  (
    SELECT max(started_at)
    FROM notes.runs
    WHERE ended_at IS NOT NULL AND whole
  ) < (SELECT max(ingested_at) FROM ev.log_objects WHERE records > 0),
  (SELECT count(*) > 0 FROM ev.log_objects WHERE records > 0)
);
