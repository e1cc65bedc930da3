SELECT coalesce(
  (
    SELECT max(started_at)
    FROM notes.runs
    WHERE ended_at IS NOT NULL AND since IS NULL AND until IS NULL AND len(accounts) = 0 AND len(regions) = 0
  ) < (SELECT max(ingested_at) FROM ev.log_objects WHERE records > 0),
  (SELECT count(*) > 0 FROM ev.log_objects WHERE records > 0)
);
