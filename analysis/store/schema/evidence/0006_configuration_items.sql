-- What AWS Config recorded, as its snapshot and history files say. Snapshots repeat what
-- has not changed: what an item says is stored once.
CREATE TABLE recorded_items (
  item_no       INTEGER NOT NULL,
  item_hash     UUID NOT NULL,
  resource_type VARCHAR NOT NULL,
  resource_id   VARCHAR NOT NULL,
  resource_name VARCHAR,
  resource_arn  VARCHAR,
  account_id    VARCHAR NOT NULL,
  region        VARCHAR NOT NULL,
  captured_at   TIMESTAMP NOT NULL,
  status        VARCHAR,
  state_id      VARCHAR,
  look_key      VARCHAR,              -- how a live look names the resource
  look_type     VARCHAR NOT NULL,
  look_id       VARCHAR NOT NULL,
  look_region   VARCHAR NOT NULL,
  config        VARCHAR NOT NULL      -- JSON object, values that could be secrets masked
);

-- Every place where an item stands.
CREATE TABLE item_deliveries (
  item_no     INTEGER NOT NULL,
  object_id   INTEGER NOT NULL,
  item_number INTEGER NOT NULL,       -- in the order of the object, from 1
  item_offset BIGINT NOT NULL,        -- in its decompressed text
  item_length INTEGER NOT NULL,
  damaged     BOOLEAN NOT NULL
);

-- One row for every account, region, type, id, time and status. Of several deliveries the
-- best counts: an undamaged one, then the first by URI, so that the same files give the
-- same rows in any order of arrival. Chosen by the narrow columns alone: config is wide.
CREATE VIEW configuration_items AS
SELECT
  i.account_id,
  i.region,
  i.resource_type,
  i.resource_id,
  i.resource_name,
  i.resource_arn,
  i.captured_at,
  i.status,
  i.state_id,
  CAST(i.config AS JSON) AS config,
  o.uri,
  c.item_number,
  c.item_offset,
  c.item_length,
  c.damaged,
  c.deliveries,
  c.conflicting,
  i.look_key,
  i.look_type,
  i.look_id,
  i.look_region,
  i.item_no
FROM (
  SELECT
    d.item_no,
    d.object_id,
    d.item_number,
    d.item_offset,
    d.item_length,
    d.damaged,
    count(*) OVER same AS deliveries,
    min(d.item_no) OVER same <> max(d.item_no) OVER same AS conflicting
  FROM item_deliveries AS d
  JOIN recorded_items AS r ON r.item_no = d.item_no
  JOIN log_objects AS l ON l.object_id = d.object_id
  WINDOW same AS (PARTITION BY r.account_id, r.region, r.resource_type, r.resource_id, r.captured_at, r.status)
  QUALIFY row_number() OVER (
    PARTITION BY r.account_id, r.region, r.resource_type, r.resource_id, r.captured_at, r.status
    ORDER BY d.damaged, l.uri, l.etag, d.item_number
  ) = 1
) AS c
JOIN recorded_items AS i ON i.item_no = c.item_no
JOIN log_objects AS o ON o.object_id = c.object_id;

-- The same as looks at resources. With a case file, trailbench puts the looks that
-- somebody took in AWS beside them, in views of the same names.
CREATE VIEW resource_snapshots AS
SELECT
  look_key AS resource_key,
  look_type AS resource_type,
  look_id AS resource_id,
  resource_arn,
  account_id,
  look_region AS region,
  CASE
    WHEN status LIKE 'ResourceDeleted%' THEN 'gone'
    WHEN status = 'ResourceNotRecorded' THEN 'failed'
    ELSE 'found'
  END AS status,
  'config' AS source,
  captured_at,
  CAST(NULL AS VARCHAR) AS caller,
  config,
  CAST('[]' AS JSON) AS parts,
  CASE
    WHEN status LIKE 'ResourceDeleted%' THEN 'AWS Config saw that it was deleted'
    WHEN status = 'ResourceNotRecorded' THEN 'AWS Config does not record the type'
  END AS reason,
  CASE WHEN status = 'ResourceNotRecorded' THEN 'not recorded' END AS failure,
  CAST(NULL AS VARCHAR) AS hint,
  sha256(CAST(config AS VARCHAR)) AS sha256,
  CAST(item_no AS BIGINT) AS snapshot_no
FROM configuration_items;

-- The last of them for each resource. That a type is not recorded says nothing of it.
CREATE VIEW snapshots AS
SELECT s.* EXCLUDE (snapshot_no)
FROM resource_snapshots AS s
WHERE s.snapshot_no IN (
  SELECT n.snapshot_no
  FROM resource_snapshots AS n
  WHERE n.status IN ('found', 'gone')
  QUALIFY row_number() OVER (
    PARTITION BY n.resource_type, n.resource_id, n.account_id, n.region
    ORDER BY n.captured_at DESC, n.status DESC, n.resource_arn, n.snapshot_no
  ) = 1
);

COMMENT ON VIEW configuration_items IS 'What AWS Config recorded: one row for every account, region, type, id, time and status.';
COMMENT ON COLUMN configuration_items.account_id IS 'Account that owns it';
COMMENT ON COLUMN configuration_items.region IS 'Region, global for IAM';
COMMENT ON COLUMN configuration_items.resource_type IS 'Type as AWS Config names it';
COMMENT ON COLUMN configuration_items.resource_id IS 'Id as AWS Config has it: of a user the unique id';
COMMENT ON COLUMN configuration_items.resource_name IS 'Name, where it has one';
COMMENT ON COLUMN configuration_items.resource_arn IS 'ARN, where recorded';
COMMENT ON COLUMN configuration_items.captured_at IS 'When it was like that, UTC';
COMMENT ON COLUMN configuration_items.status IS 'OK, ResourceDiscovered, ResourceNotRecorded, ResourceDeleted or ResourceDeletedNotRecorded';
COMMENT ON COLUMN configuration_items.state_id IS 'Rises with every recorded change of the resource';
COMMENT ON COLUMN configuration_items.config IS 'JSON object: Configuration, SupplementaryConfiguration and Tags as recorded, and for known types the parts of a look; values that could be secrets are masked';
COMMENT ON COLUMN configuration_items.uri IS 'Object that it was read from';
COMMENT ON COLUMN configuration_items.item_number IS 'Where it stands in that object, from 1';
COMMENT ON COLUMN configuration_items.item_offset IS 'Offset in the decompressed object';
COMMENT ON COLUMN configuration_items.item_length IS 'Its bytes there';
COMMENT ON COLUMN configuration_items.damaged IS 'Read from a damaged part of the object';
COMMENT ON COLUMN configuration_items.deliveries IS 'How often it was delivered';
COMMENT ON COLUMN configuration_items.conflicting IS 'Another delivery says something else';
COMMENT ON COLUMN configuration_items.look_key IS 'Type in the catalogue of what can be looked up, where it is in it';
COMMENT ON COLUMN configuration_items.look_type IS 'Type as a look at the resource names it';
COMMENT ON COLUMN configuration_items.look_id IS 'Id as a look at the resource has it';
COMMENT ON COLUMN configuration_items.look_region IS 'Region as a look at the resource has it';
COMMENT ON COLUMN configuration_items.item_no IS 'Number of what it says, in this file';

COMMENT ON VIEW resource_snapshots IS 'What resources were configured like, every time that it was recorded or looked up.';
COMMENT ON COLUMN resource_snapshots.resource_key IS 'Type in the catalogue of what can be looked up: iam-user';
COMMENT ON COLUMN resource_snapshots.resource_type IS 'CloudFormation''s name of the type';
COMMENT ON COLUMN resource_snapshots.resource_id IS 'Shortest name that is unique for type, account and region';
COMMENT ON COLUMN resource_snapshots.resource_arn IS 'ARN, where known';
COMMENT ON COLUMN resource_snapshots.account_id IS 'Account that owns it';
COMMENT ON COLUMN resource_snapshots.region IS 'Region it was looked for in';
COMMENT ON COLUMN resource_snapshots.status IS 'found, gone, denied or failed';
COMMENT ON COLUMN resource_snapshots.source IS 'live: read calls of its service; cloud-control: the generic API; config: a file of AWS Config';
COMMENT ON COLUMN resource_snapshots.captured_at IS 'When, UTC';
COMMENT ON COLUMN resource_snapshots.caller IS 'ARN of who asked; NULL for a file of AWS Config';
COMMENT ON COLUMN resource_snapshots.config IS 'JSON object: a member for each part that was read, null for one that AWS says is not there';
COMMENT ON COLUMN resource_snapshots.parts IS 'JSON list: what came of each call; empty for a file of AWS Config';
COMMENT ON COLUMN resource_snapshots.reason IS 'Why the status is not found';
COMMENT ON COLUMN resource_snapshots.failure IS 'The reason in a word or two';
COMMENT ON COLUMN resource_snapshots.hint IS 'What to do about it';
COMMENT ON COLUMN resource_snapshots.sha256 IS 'SHA-256 of config';
COMMENT ON COLUMN resource_snapshots.snapshot_no IS 'Number of the look among those of its source';

COMMENT ON VIEW snapshots IS 'What each resource is known to be like: the last look that somebody took and that found it or found it gone, else the last record of AWS Config, which has fewer parts, else the last look that failed.';
COMMENT ON COLUMN snapshots.resource_key IS 'Type in the catalogue of what can be looked up: iam-user';
COMMENT ON COLUMN snapshots.resource_type IS 'CloudFormation''s name of the type';
COMMENT ON COLUMN snapshots.resource_id IS 'Shortest name that is unique for type, account and region';
COMMENT ON COLUMN snapshots.resource_arn IS 'ARN, where known';
COMMENT ON COLUMN snapshots.account_id IS 'Account that owns it';
COMMENT ON COLUMN snapshots.region IS 'Region it was looked for in';
COMMENT ON COLUMN snapshots.status IS 'found, gone, denied or failed';
COMMENT ON COLUMN snapshots.source IS 'live: read calls of its service; cloud-control: the generic API; config: a file of AWS Config';
COMMENT ON COLUMN snapshots.captured_at IS 'When, UTC';
COMMENT ON COLUMN snapshots.caller IS 'ARN of who asked; NULL for a file of AWS Config';
COMMENT ON COLUMN snapshots.config IS 'JSON object: a member for each part that was read, null for one that AWS says is not there';
COMMENT ON COLUMN snapshots.parts IS 'JSON list: what came of each call; empty for a file of AWS Config';
COMMENT ON COLUMN snapshots.reason IS 'Why the status is not found';
COMMENT ON COLUMN snapshots.failure IS 'The reason in a word or two';
COMMENT ON COLUMN snapshots.hint IS 'What to do about it';
COMMENT ON COLUMN snapshots.sha256 IS 'SHA-256 of config';

COMMENT ON COLUMN objects.kind IS 'What it holds: cloudtrail, insight, network-activity, aggregated, digest, config-snapshot, config-history, export (records, not as CloudTrail delivers them) or other';
