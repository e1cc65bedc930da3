-- The tables of case.duckdb: what the analyst made of the evidence. They are
-- trailbench's own; read the views of 0002_views.sql.

CREATE TABLE meta (
  key   VARCHAR NOT NULL,
  value VARCHAR NOT NULL
);

CREATE TABLE runs (
  run_id     BIGINT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at   TIMESTAMP,               -- NULL: it was interrupted
  since      TIMESTAMP,               -- the scope; NULL is open
  until      TIMESTAMP,
  accounts   VARCHAR[] NOT NULL,
  regions    VARCHAR[] NOT NULL,
  program    VARCHAR NOT NULL,
  whole      BOOLEAN NOT NULL         -- all detections of the library, over the whole case
);

CREATE TABLE results (
  run_id       BIGINT NOT NULL,
  detection_id VARCHAR NOT NULL,
  title        VARCHAR NOT NULL,
  severity     VARCHAR NOT NULL,
  kind         VARCHAR NOT NULL,
  attack       VARCHAR[] NOT NULL,
  state        VARCHAR NOT NULL,
  reason       VARCHAR,               -- why it failed
  missing      VARCHAR[] NOT NULL,    -- which events it lacked, and where
  row_count    BIGINT NOT NULL,
  findings     BIGINT NOT NULL,
  new_findings BIGINT NOT NULL,
  elapsed_ms   DOUBLE NOT NULL,
  sql          VARCHAR NOT NULL
);

CREATE TABLE found (
  finding_id   VARCHAR NOT NULL,
  detection_id VARCHAR NOT NULL,
  title        VARCHAR NOT NULL,
  kind         VARCHAR NOT NULL,
  severity     VARCHAR NOT NULL,
  attack       VARCHAR[] NOT NULL,
  first_time   TIMESTAMP,
  last_time    TIMESTAMP,
  events       BIGINT NOT NULL,
  summary      VARCHAR,
  attributes   VARCHAR NOT NULL,      -- JSON object
  first_run    BIGINT NOT NULL,
  last_run     BIGINT NOT NULL,
  gone_run     BIGINT                 -- the run that looked again and did not find it
);

CREATE TABLE found_events (
  finding_id VARCHAR NOT NULL,
  event_id   VARCHAR NOT NULL
);

CREATE TABLE found_entities (
  finding_id VARCHAR NOT NULL,
  kind       VARCHAR NOT NULL,
  value      VARCHAR NOT NULL,
  position   INTEGER NOT NULL,        -- 1 is the one that lists show
  address    UHUGEINT                 -- of an address, IPv4 as ::ffff:a.b.c.d
);

-- Every decision about a finding, kept; the last one counts.
CREATE TABLE decisions (
  finding_id VARCHAR NOT NULL,
  status     VARCHAR NOT NULL,
  note       VARCHAR,
  author     VARCHAR NOT NULL,
  decided_at TIMESTAMP NOT NULL
);

CREATE TABLE suppressed (
  suppression_id VARCHAR NOT NULL,
  detection      VARCHAR,             -- as it was given: * is any text; NULL for any, as the address range
  principal      VARCHAR,
  account        VARCHAR,
  source_ip      VARCHAR,
  address_from   UHUGEINT,
  address_to     UHUGEINT,
  reason         VARCHAR NOT NULL,
  author         VARCHAR NOT NULL,
  created_at     TIMESTAMP NOT NULL,
  expires_at     TIMESTAMP,
  ended_at       TIMESTAMP
);

CREATE TABLE known_entities (
  kind     VARCHAR NOT NULL,
  value    VARCHAR NOT NULL,
  name     VARCHAR,
  author   VARCHAR NOT NULL,
  named_at TIMESTAMP NOT NULL
);

-- Which findings a watch has reported, and where: its own lines, or a webhook by the
-- beginning of its address' hash.
CREATE TABLE announced (
  finding_id   VARCHAR NOT NULL,
  channel      VARCHAR NOT NULL,
  announced_at TIMESTAMP NOT NULL
);
