-- The views of case.duckdb: the contract. They name tables without a catalog, so that
-- the file works alone in the duckdb shell.

CREATE VIEW known AS
SELECT
  kind,
  value,
  name,
  author,
  named_at
FROM known_entities;

-- Which finding is covered by which suppression that is in force now. A * in a
-- suppression is any run of characters; everything else stands for itself. Where a
-- finding has several principals, accounts or addresses, all of them must fit: an
-- exception for one of them is none for the others.
CREATE VIEW finding_suppressions AS
SELECT
  f.finding_id,
  s.suppression_id
FROM found AS f
JOIN suppressed AS s
  ON (s.detection IS NULL OR f.detection_id LIKE replace(replace(replace(replace(s.detection, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') ESCAPE '\')
  AND (s.principal IS NULL OR (
    EXISTS (
      SELECT 1 FROM found_entities AS e
      WHERE e.finding_id = f.finding_id AND e.kind = 'principal_arn')
    AND NOT EXISTS (
      SELECT 1 FROM found_entities AS e
      WHERE e.finding_id = f.finding_id AND e.kind = 'principal_arn' AND e.value NOT LIKE replace(replace(replace(replace(s.principal, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') ESCAPE '\')))
  AND (s.account IS NULL OR (
    EXISTS (
      SELECT 1 FROM found_entities AS e
      WHERE e.finding_id = f.finding_id AND e.kind = 'account_id')
    AND NOT EXISTS (
      SELECT 1 FROM found_entities AS e
      WHERE e.finding_id = f.finding_id AND e.kind = 'account_id' AND e.value NOT LIKE replace(replace(replace(replace(s.account, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') ESCAPE '\')))
  AND (s.address_from IS NULL OR (
    EXISTS (
      SELECT 1 FROM found_entities AS e
      WHERE e.finding_id = f.finding_id AND e.kind = 'source_ip')
    AND NOT EXISTS (
      SELECT 1 FROM found_entities AS e
      WHERE e.finding_id = f.finding_id AND e.kind = 'source_ip'
        AND (e.address IS NULL OR e.address NOT BETWEEN s.address_from AND s.address_to))))
WHERE s.ended_at IS NULL
  AND (s.expires_at IS NULL OR s.expires_at > CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP));

CREATE VIEW suppressions AS
SELECT
  s.suppression_id,
  s.detection,
  s.principal,
  s.source_ip,
  s.account,
  s.reason,
  s.author,
  s.created_at,
  s.expires_at,
  s.ended_at,
  CASE
    WHEN s.ended_at IS NOT NULL THEN 'ended'
    WHEN s.expires_at <= CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP) THEN 'expired'
    ELSE 'in force'
  END AS state,
  coalesce(c.findings, 0) AS covers
FROM suppressed AS s
LEFT JOIN (
  SELECT suppression_id, count(*) AS findings FROM finding_suppressions GROUP BY suppression_id
) AS c ON c.suppression_id = s.suppression_id;

CREATE VIEW findings AS
SELECT
  f.finding_id,
  f.severity,
  f.detection_id,
  f.title,
  f.summary,
  f.first_time,
  f.last_time,
  f.events,
  e.principal_arn,
  e.access_key_id,
  e.source_ip,
  e.resource,
  e.account_id,
  e.region,
  e.user_agent,
  coalesce(d.status, 'open') AS status,
  d.note,
  d.author AS decided_by,
  d.decided_at,
  s.suppression_id AS suppression,
  f.gone_run IS NOT NULL AS gone,
  f.first_run = (SELECT max(run_id) FROM runs WHERE ended_at IS NOT NULL) AS new,
  f.attack,
  f.kind,
  f.attributes,
  f.first_run,
  f.last_run,
  list_position(['informational', 'low', 'medium', 'high', 'critical'], f.severity) - 1 AS severity_rank
FROM found AS f
LEFT JOIN (
  SELECT
    finding_id,
    arg_min(value, position) FILTER (WHERE kind = 'principal_arn') AS principal_arn,
    arg_min(value, position) FILTER (WHERE kind = 'access_key_id') AS access_key_id,
    arg_min(value, position) FILTER (WHERE kind = 'source_ip') AS source_ip,
    arg_min(value, position) FILTER (WHERE kind = 'resource') AS resource,
    arg_min(value, position) FILTER (WHERE kind = 'account_id') AS account_id,
    arg_min(value, position) FILTER (WHERE kind = 'region') AS region,
    arg_min(value, position) FILTER (WHERE kind = 'user_agent') AS user_agent
  FROM found_entities
  GROUP BY finding_id
) AS e ON e.finding_id = f.finding_id
LEFT JOIN (
  SELECT
    finding_id,
    arg_max(status, decided_at) AS status,
    arg_max(note, decided_at) AS note,
    arg_max(author, decided_at) AS author,
    max(decided_at) AS decided_at
  FROM decisions
  GROUP BY finding_id
) AS d ON d.finding_id = f.finding_id
LEFT JOIN (
  SELECT finding_id, min(suppression_id) AS suppression_id FROM finding_suppressions GROUP BY finding_id
) AS s ON s.finding_id = f.finding_id;

CREATE VIEW finding_events AS
SELECT
  finding_id,
  event_id
FROM found_events;

-- value_hi and value_lo are the two halves of an address, IPv4 as ::ffff:a.b.c.d.
CREATE VIEW finding_entities AS
SELECT
  finding_id,
  kind,
  value,
  position,
  CAST(address >> 64 AS UBIGINT) AS value_hi,
  CAST(address & 18446744073709551615 AS UBIGINT) AS value_lo
FROM found_entities;

CREATE VIEW detection_runs AS
SELECT
  r.run_id,
  r.started_at,
  r.ended_at,
  r.since,
  r.until,
  r.accounts,
  r.regions,
  r.program,
  count(t.detection_id) AS detections,
  count(*) FILTER (WHERE t.state = 'evaluated') AS evaluated,
  count(*) FILTER (WHERE t.state = 'partly evaluable') AS partly_evaluable,
  count(*) FILTER (WHERE t.state = 'not evaluable') AS not_evaluable,
  count(*) FILTER (WHERE t.state IN ('failed', 'timed out')) AS failed,
  coalesce(sum(t.findings), 0) AS findings,
  coalesce(sum(t.new_findings), 0) AS new_findings
FROM runs AS r
LEFT JOIN results AS t ON t.run_id = r.run_id
GROUP BY ALL;

CREATE VIEW detection_results AS
SELECT
  run_id,
  detection_id,
  severity,
  title,
  state,
  reason,
  missing,
  findings,
  new_findings,
  row_count,
  elapsed_ms,
  kind,
  attack,
  sql
FROM results;

CREATE VIEW finding_decisions AS
SELECT
  finding_id,
  status,
  note,
  author,
  decided_at
FROM decisions;
