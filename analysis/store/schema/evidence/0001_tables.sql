-- The tables of evidence.duckdb. They are trailbench's own: read the views of
-- 0002_views.sql instead, which stay the same when tables change.

CREATE TABLE meta (
  key   VARCHAR NOT NULL,
  value VARCHAR NOT NULL
);

-- The ledger: one row for every object that a source listed and trailbench looked at.
CREATE TABLE log_objects (
  object_id      INTEGER NOT NULL,
  uri            VARCHAR NOT NULL,
  etag           VARCHAR,
  size           BIGINT,               -- stored bytes
  content_size   BIGINT,               -- decompressed bytes
  sha256         VARCHAR,              -- of the stored bytes, hex
  content_sha256 VARCHAR,              -- of the decompressed bytes, hex: what a digest file signs
  delivered_at   TIMESTAMP,
  modified_at    TIMESTAMP,
  account_id     VARCHAR,
  org_id         VARCHAR,
  region         VARCHAR,
  kind           VARCHAR NOT NULL,
  format         VARCHAR,
  source_rank    UTINYINT NOT NULL,    -- 1 as CloudTrail delivered it, 2 JSON export, 3 CSV or query result
  records        BIGINT NOT NULL,
  duplicates     BIGINT NOT NULL,
  rejects        BIGINT NOT NULL,
  first_event_at TIMESTAMP,
  last_event_at  TIMESTAMP,
  status         VARCHAR NOT NULL,     -- reading, ok, damaged, ignored, failed
  reason         VARCHAR,
  damage_offset  BIGINT,
  ingested_at    TIMESTAMP NOT NULL
);

-- The original bytes of every object, in order of body_offset. They are cut so small
-- that a commit fills whole row groups: a row group that a commit fills only in part
-- is written anew by every commit after it.
CREATE TABLE object_bodies (
  object_id   INTEGER NOT NULL,
  body_offset BIGINT NOT NULL,
  body        BLOB USING COMPRESSION uncompressed NOT NULL
);

CREATE TABLE rejects (
  object_id     INTEGER NOT NULL,
  record_number INTEGER NOT NULL,
  record_offset BIGINT NOT NULL,
  record_length INTEGER NOT NULL,
  reason        VARCHAR NOT NULL
);

-- One row an event: the best copy. An event id that is a UUID, as all of
-- CloudTrail's are, is stored as one; any other is the UUID of its hash, and its
-- text stands in event_id_text.
CREATE TABLE cloudtrail_events (
  event_time            TIMESTAMP,
  event_uuid            UUID NOT NULL,
  event_id_text         VARCHAR,
  event_version         VARCHAR,
  event_type            VARCHAR,
  event_category        VARCHAR,
  event_source          VARCHAR,
  event_name            VARCHAR,
  operation             VARCHAR,
  account_id            VARCHAR,
  region                VARCHAR,
  identity_id           INTEGER NOT NULL,
  client_id             INTEGER NOT NULL,
  error_code            VARCHAR,
  error_message         VARCHAR,
  read_only             BOOLEAN,
  management_event      BOOLEAN,
  mutating              BOOLEAN,
  request_parameters    VARCHAR,
  response_elements     VARCHAR,
  additional_event_data VARCHAR,
  resources             VARCHAR,
  service_event_details VARCHAR,
  insight_details       VARCHAR,
  extra_fields          VARCHAR,
  request_uuid          UUID,
  request_id_text       VARCHAR,
  shared_event_uuid     UUID,
  shared_event_id_text  VARCHAR,
  api_version           VARCHAR,
  vpc_endpoint_id       VARCHAR,
  session_from_console  BOOLEAN,
  issued_access_key_id  VARCHAR,
  object_id             INTEGER NOT NULL,
  record_number         INTEGER NOT NULL,
  record_offset         BIGINT NOT NULL,
  record_length         INTEGER NOT NULL,
  record_hash           UBIGINT NOT NULL,
  damaged               BOOLEAN NOT NULL
);

-- Who: one row for every distinct userIdentity. A session of a thousand calls has
-- one, so that an event costs four bytes here instead of ten columns.
CREATE TABLE identities (
  identity_id        INTEGER NOT NULL,
  identity_hash      UUID NOT NULL,
  identity_type      VARCHAR,
  principal_arn      VARCHAR,
  identity_arn       VARCHAR,
  session_name       VARCHAR,
  caller_account_id  VARCHAR,
  access_key_id      VARCHAR,
  invoked_by         VARCHAR,
  mfa_authenticated  BOOLEAN,
  session_created    TIMESTAMP,
  source_identity    VARCHAR,
  user_identity_rest VARCHAR            -- userIdentity without what the columns hold
);

-- From where and with what: one row for every distinct address, user agent and TLS.
CREATE TABLE clients (
  client_id    INTEGER NOT NULL,
  client_hash  UUID NOT NULL,
  source_ip    VARCHAR,
  source_ip_hi UBIGINT,
  source_ip_lo UBIGINT,
  user_agent   VARCHAR,
  tls_details  VARCHAR
);

-- Aggregated events (CloudTrail-Aggregated) have another envelope: five-minute sums.
CREATE TABLE aggregated_records (
  event_uuid    UUID NOT NULL,
  event_id_text VARCHAR,
  window_start  TIMESTAMP,
  window_end    TIMESTAMP,
  account_id    VARCHAR,
  region        VARCHAR,
  event_source  VARCHAR,
  summary       VARCHAR,
  object_id     INTEGER NOT NULL,
  record_number INTEGER NOT NULL,
  record_offset BIGINT NOT NULL,
  record_length INTEGER NOT NULL,
  record_hash   UBIGINT NOT NULL,
  damaged       BOOLEAN NOT NULL
);

-- Every further delivery of an event that cloudtrail_events already has.
CREATE TABLE event_copies (
  event_uuid    UUID NOT NULL,
  event_time    TIMESTAMP,
  object_id     INTEGER NOT NULL,
  record_number INTEGER NOT NULL,
  record_offset BIGINT NOT NULL,
  record_length INTEGER NOT NULL,
  record_hash   UBIGINT NOT NULL      -- differs from the event's where the copy says something else
);

CREATE TABLE issued_sessions (
  event_uuid          UUID NOT NULL,
  event_id_text       VARCHAR,
  event_time          TIMESTAMP,
  account_id          VARCHAR,
  region              VARCHAR,
  operation           VARCHAR,
  issued_key          VARCHAR,
  parent_key          VARCHAR,
  role_arn            VARCHAR,
  session_arn         VARCHAR,
  session_name        VARCHAR,
  source_identity     VARCHAR,
  subject             VARCHAR,
  sign_in_session_arn VARCHAR,
  expires_at          TIMESTAMP,
  identity_type       VARCHAR,
  principal_arn       VARCHAR,
  caller_account_id   VARCHAR,
  invoked_by          VARCHAR,
  mfa_authenticated   BOOLEAN,
  source_ip           VARCHAR,
  user_agent          VARCHAR,
  shared_event_uuid   UUID,
  shared_event_id_text VARCHAR
);

-- Every resource that some event names, once.
CREATE TABLE named_resources (
  resource_no   INTEGER NOT NULL,
  resource_hash UUID NOT NULL,
  account_id    VARCHAR,
  region        VARCHAR,
  resource_type VARCHAR,
  resource_id   VARCHAR NOT NULL,
  resource_arn  VARCHAR
);

CREATE TABLE resource_refs (
  event_uuid    UUID NOT NULL,
  event_id_text VARCHAR,
  event_time    TIMESTAMP,
  resource_no   INTEGER NOT NULL,
  action        VARCHAR NOT NULL,
  method        VARCHAR NOT NULL
);

CREATE TABLE digest_files (
  object_id                INTEGER NOT NULL,
  account_id               VARCHAR,
  region                   VARCHAR,
  start_time               TIMESTAMP,
  end_time                 TIMESTAMP,
  s3_bucket                VARCHAR,
  s3_object                VARCHAR,
  public_key_fingerprint   VARCHAR,
  signature_algorithm      VARCHAR,
  signature                VARCHAR,
  backfill_generated_at    VARCHAR,
  previous_s3_bucket       VARCHAR,
  previous_s3_object       VARCHAR,
  previous_signature       VARCHAR,
  previous_hash_value      VARCHAR,
  previous_hash_algorithm  VARCHAR,
  log_files                INTEGER
);
