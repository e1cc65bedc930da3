-- The ledger: every object that was listed, and what became of it.
SELECT
  uri,
  status,
  reason,
  damage_offset,
  kind,
  format,
  records,
  duplicates,
  rejects,
  account_id,
  org_id,
  region,
  delivered_at,
  first_event_at,
  last_event_at,
  size,
  content_size,
  etag,
  sha256,
  content_sha256,
  modified_at,
  ingested_at,
  object_id
FROM objects
ORDER BY uri, object_id;
