-- What was looked up in AWS, and as whom. As the notebook, everything here is new beside
-- the steps before it.

-- Every snapshot of a resource's configuration, kept.
CREATE TABLE looked_up (
  snapshot_no   BIGINT NOT NULL,      -- numbered from 1
  resource_key  VARCHAR,              -- of the catalogue of types: iam-user
  resource_type VARCHAR NOT NULL,
  resource_id   VARCHAR NOT NULL,
  resource_arn  VARCHAR,
  account_id    VARCHAR NOT NULL,
  region        VARCHAR NOT NULL,
  status        VARCHAR NOT NULL,     -- found, gone, denied, failed
  source        VARCHAR NOT NULL,     -- live, cloud-control, config
  captured_at   TIMESTAMP NOT NULL,
  caller        VARCHAR,
  config        VARCHAR NOT NULL,     -- JSON object: a member for each part that was read
  parts         VARCHAR NOT NULL,     -- JSON list: what came of each call
  reason        VARCHAR,
  failure       VARCHAR,              -- the reason in a word or two
  hint          VARCHAR,
  sha256        VARCHAR NOT NULL      -- of config
);

-- The credentials that trailbench itself used, with the user agent that its calls have:
-- what it did is left out of detections.
CREATE TABLE own_credentials (
  access_key_id VARCHAR NOT NULL,
  session_arn   VARCHAR NOT NULL,
  user_agent    VARCHAR NOT NULL,
  began_at      TIMESTAMP NOT NULL
);

-- Accounts that somebody named, that a file lists, or that Organizations knows. What a
-- later row of an account and origin leaves open, the row before it says.
CREATE TABLE account_entries (
  account_id  VARCHAR NOT NULL,
  origin      VARCHAR NOT NULL,       -- added, file, organizations
  name        VARCHAR,
  status      VARCHAR,
  ou          VARCHAR,
  kind        VARCHAR,
  partition   VARCHAR,
  role        VARCHAR,
  external_id VARCHAR,
  profile     VARCHAR,
  noted_at    TIMESTAMP NOT NULL
);

-- What became of the role of an account when it was tried.
CREATE TABLE account_checks (
  account_id VARCHAR NOT NULL,
  works      BOOLEAN NOT NULL,
  problem    VARCHAR,
  checked_at TIMESTAMP NOT NULL
);

-- What a person said counts before what a file says, and that before Organizations.
CREATE VIEW account_directory AS
WITH ranked AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY account_id
      ORDER BY
        CASE origin
          WHEN 'added' THEN 1
          WHEN 'file' THEN 2
          ELSE 3
        END,
        noted_at DESC
    ) AS place
  FROM account_entries
),
checked AS (
  SELECT *
  FROM account_checks
  QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY checked_at DESC) = 1
)
SELECT
  r.account_id,
  arg_min(r.name, r.place) AS name,
  arg_min(r.status, r.place) AS status,
  arg_min(r.ou, r.place) AS ou,
  arg_min(r.kind, r.place) AS kind,
  arg_min(r.partition, r.place) AS partition,
  arg_min(r.role, r.place) AS role,
  arg_min(r.external_id, r.place) AS external_id,
  arg_min(r.profile, r.place) AS profile,
  string_agg(DISTINCT r.origin, ', ' ORDER BY r.origin) AS origin,
  max(r.noted_at) AS noted_at,
  any_value(c.works) AS role_works,
  any_value(c.problem) AS problem,
  any_value(c.checked_at) AS checked_at
FROM ranked AS r
LEFT JOIN checked AS c
  ON c.account_id = r.account_id
GROUP BY r.account_id;

COMMENT ON VIEW account_directory IS 'One row per account that somebody named, that a file lists or that Organizations knows.';
COMMENT ON COLUMN account_directory.account_id IS 'Account';
COMMENT ON COLUMN account_directory.name IS 'What it is called';
COMMENT ON COLUMN account_directory.status IS 'State that Organizations gives it: ACTIVE, SUSPENDED, …';
COMMENT ON COLUMN account_directory.ou IS 'Path of organizational units: Root/Prod';
COMMENT ON COLUMN account_directory.kind IS 'standalone, management, log-archive or member';
COMMENT ON COLUMN account_directory.partition IS 'aws, aws-cn or aws-us-gov';
COMMENT ON COLUMN account_directory.role IS 'Role that reads it: a name or an ARN';
COMMENT ON COLUMN account_directory.external_id IS 'External id of that role';
COMMENT ON COLUMN account_directory.profile IS 'Profile of the shared AWS configuration to begin with';
COMMENT ON COLUMN account_directory.origin IS 'How it came to be known: added, file, organizations';
COMMENT ON COLUMN account_directory.noted_at IS 'When that was last noted, UTC';
COMMENT ON COLUMN account_directory.role_works IS 'The role could be assumed when it was last tried; NULL before that';
COMMENT ON COLUMN account_directory.problem IS 'Why it could not';
COMMENT ON COLUMN account_directory.checked_at IS 'When it was last tried, UTC';

CREATE TABLE posture_runs (
  run_id     BIGINT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  since      TIMESTAMP,               -- the incident's time; NULL is open
  until      TIMESTAMP,
  program    VARCHAR NOT NULL
);

-- The results of the last run; those of earlier runs are replaced.
CREATE TABLE posture_rows (
  run_id            BIGINT NOT NULL,
  check_id          VARCHAR NOT NULL, -- EC2-05
  detection_id      VARCHAR NOT NULL,
  title             VARCHAR NOT NULL,
  severity          VARCHAR NOT NULL,
  resource_type     VARCHAR,
  resource_id       VARCHAR,
  resource_arn      VARCHAR,
  account_id        VARCHAR,
  region            VARCHAR,
  status            VARCHAR NOT NULL, -- PASS, FAIL, UNKNOWN
  basis             VARCHAR,          -- config, logs, joined
  as_of             TIMESTAMP,
  summary           VARCHAR,
  event_ids         VARCHAR[] NOT NULL,
  attributes        VARCHAR NOT NULL, -- JSON object
  changed_at        TIMESTAMP,
  changed_by        VARCHAR,
  changed_operation VARCHAR,
  changed_event     VARCHAR,
  changed_in_window BOOLEAN NOT NULL,
  remediation       VARCHAR
);

CREATE VIEW resource_snapshots AS
SELECT
  resource_key,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  status,
  source,
  captured_at,
  caller,
  CAST(config AS JSON) AS config,
  CAST(parts AS JSON) AS parts,
  reason,
  failure,
  hint,
  sha256,
  snapshot_no
FROM looked_up;

CREATE VIEW snapshots AS
SELECT * EXCLUDE (snapshot_no)
FROM resource_snapshots
QUALIFY row_number() OVER (
  PARTITION BY resource_type, resource_id, account_id, region
  ORDER BY captured_at DESC, snapshot_no DESC
) = 1;

CREATE VIEW posture_results AS
SELECT
  check_id,
  title,
  severity,
  status,
  basis,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  changed_in_window,
  changed_at,
  changed_by,
  changed_operation,
  changed_event,
  as_of,
  summary,
  event_ids,
  attributes,
  remediation,
  detection_id
FROM posture_rows;

CREATE VIEW own_sessions AS
SELECT
  access_key_id,
  session_arn,
  user_agent,
  began_at
FROM own_credentials;

COMMENT ON VIEW resource_snapshots IS 'What resources were configured like when somebody looked, every look.';
COMMENT ON COLUMN resource_snapshots.resource_key IS 'Type in the catalogue of what can be looked up: iam-user';
COMMENT ON COLUMN resource_snapshots.resource_type IS 'CloudFormation''s name of the type';
COMMENT ON COLUMN resource_snapshots.resource_id IS 'Shortest name that is unique for type, account and region';
COMMENT ON COLUMN resource_snapshots.resource_arn IS 'ARN, where known';
COMMENT ON COLUMN resource_snapshots.account_id IS 'Account that owns it';
COMMENT ON COLUMN resource_snapshots.region IS 'Region it was looked for in';
COMMENT ON COLUMN resource_snapshots.status IS 'found, gone, denied or failed';
COMMENT ON COLUMN resource_snapshots.source IS 'live: read calls of its service; cloud-control: the generic API; config: a file of AWS Config';
COMMENT ON COLUMN resource_snapshots.captured_at IS 'When, UTC';
COMMENT ON COLUMN resource_snapshots.caller IS 'ARN of who asked';
COMMENT ON COLUMN resource_snapshots.config IS 'JSON object: a member for each part that was read, null for one that AWS says is not there';
COMMENT ON COLUMN resource_snapshots.parts IS 'JSON list: what came of each call';
COMMENT ON COLUMN resource_snapshots.reason IS 'Why the status is not found';
COMMENT ON COLUMN resource_snapshots.failure IS 'The reason in a word or two';
COMMENT ON COLUMN resource_snapshots.hint IS 'What to do about it';
COMMENT ON COLUMN resource_snapshots.sha256 IS 'SHA-256 of config';
COMMENT ON COLUMN resource_snapshots.snapshot_no IS 'Number of the look, from 1';

COMMENT ON VIEW snapshots IS 'The last look at each resource.';
COMMENT ON COLUMN snapshots.resource_key IS 'Type in the catalogue of what can be looked up: iam-user';
COMMENT ON COLUMN snapshots.resource_type IS 'CloudFormation''s name of the type';
COMMENT ON COLUMN snapshots.resource_id IS 'Shortest name that is unique for type, account and region';
COMMENT ON COLUMN snapshots.resource_arn IS 'ARN, where known';
COMMENT ON COLUMN snapshots.account_id IS 'Account that owns it';
COMMENT ON COLUMN snapshots.region IS 'Region it was looked for in';
COMMENT ON COLUMN snapshots.status IS 'found, gone, denied or failed';
COMMENT ON COLUMN snapshots.source IS 'live: read calls of its service; cloud-control: the generic API; config: a file of AWS Config';
COMMENT ON COLUMN snapshots.captured_at IS 'When, UTC';
COMMENT ON COLUMN snapshots.caller IS 'ARN of who asked';
COMMENT ON COLUMN snapshots.config IS 'JSON object: a member for each part that was read, null for one that AWS says is not there';
COMMENT ON COLUMN snapshots.parts IS 'JSON list: what came of each call';
COMMENT ON COLUMN snapshots.reason IS 'Why the status is not found';
COMMENT ON COLUMN snapshots.failure IS 'The reason in a word or two';
COMMENT ON COLUMN snapshots.hint IS 'What to do about it';
COMMENT ON COLUMN snapshots.sha256 IS 'SHA-256 of config';

COMMENT ON VIEW posture_results IS 'What the posture checks say, of their last run.';
COMMENT ON COLUMN posture_results.check_id IS 'Number of the check: EC2-05';
COMMENT ON COLUMN posture_results.title IS 'Its title';
COMMENT ON COLUMN posture_results.severity IS 'How bad a FAIL is';
COMMENT ON COLUMN posture_results.status IS 'PASS, FAIL or UNKNOWN';
COMMENT ON COLUMN posture_results.basis IS 'What it rests on: config, logs or joined';
COMMENT ON COLUMN posture_results.resource_type IS 'CloudFormation''s name of the type';
COMMENT ON COLUMN posture_results.resource_id IS 'The resource';
COMMENT ON COLUMN posture_results.resource_arn IS 'Its ARN, where known';
COMMENT ON COLUMN posture_results.account_id IS 'Account that owns it';
COMMENT ON COLUMN posture_results.region IS 'Its region';
COMMENT ON COLUMN posture_results.changed_in_window IS 'What the check looks at was changed within the incident''s time';
COMMENT ON COLUMN posture_results.changed_at IS 'When it was last changed, UTC';
COMMENT ON COLUMN posture_results.changed_by IS 'Principal that changed it';
COMMENT ON COLUMN posture_results.changed_operation IS 'With which call';
COMMENT ON COLUMN posture_results.changed_event IS 'Event id of that call';
COMMENT ON COLUMN posture_results.as_of IS 'When the resource was in that state, UTC';
COMMENT ON COLUMN posture_results.summary IS 'The state in a sentence';
COMMENT ON COLUMN posture_results.event_ids IS 'Events that it rests on';
COMMENT ON COLUMN posture_results.attributes IS 'JSON object: further values';
COMMENT ON COLUMN posture_results.remediation IS 'Command that closes it, for the analyst to run';
COMMENT ON COLUMN posture_results.detection_id IS 'Id of the check in the library';

COMMENT ON VIEW own_sessions IS 'The credentials that trailbench itself used: what it did is left out of detections.';
COMMENT ON COLUMN own_sessions.access_key_id IS 'Access key of the session';
COMMENT ON COLUMN own_sessions.session_arn IS 'Who it was, as records have it';
COMMENT ON COLUMN own_sessions.user_agent IS 'What its user agent holds';
COMMENT ON COLUMN own_sessions.began_at IS 'When it was first used, UTC';
