-- The views of evidence.duckdb: the contract. They name tables without a catalog,
-- so that the file works alone in the duckdb shell.

CREATE VIEW events AS
SELECT
  event_time,
  coalesce(event_id_text, CAST(event_uuid AS VARCHAR)) AS event_id,
  event_version,
  event_type,
  event_category,
  event_source,
  event_name,
  operation,
  account_id,
  caller_account_id,
  region,
  identity_type,
  principal_arn,
  identity_arn,
  session_name,
  access_key_id,
  invoked_by,
  mfa_authenticated,
  session_created,
  source_identity,
  source_ip,
  user_agent,
  error_code,
  error_message,
  read_only,
  management_event,
  mutating,
  request_parameters,
  response_elements,
  additional_event_data,
  resources,
  json_merge_patch(
    coalesce(user_identity_rest, '{}'),
    json_merge_patch('{}', json_object(
      'type', identity_type,
      'arn', identity_arn,
      'accountId', caller_account_id,
      'accessKeyId', access_key_id,
      'invokedBy', invoked_by
    ))
  ) AS user_identity,
  service_event_details,
  tls_details,
  insight_details,
  extra_fields,
  coalesce(request_id_text, CAST(request_uuid AS VARCHAR)) AS request_id,
  coalesce(shared_event_id_text, CAST(shared_event_uuid AS VARCHAR)) AS shared_event_id,
  api_version,
  vpc_endpoint_id,
  session_from_console,
  issued_access_key_id,
  source_ip_hi,
  source_ip_lo,
  event_uuid,
  object_id,
  record_number,
  damaged
FROM cloudtrail_events;

CREATE VIEW sessions AS
SELECT
  event_time,
  coalesce(event_id_text, CAST(event_uuid AS VARCHAR)) AS event_id,
  account_id,
  region,
  operation,
  issued_key,
  parent_key,
  role_arn,
  session_arn,
  session_name,
  source_identity,
  subject,
  sign_in_session_arn,
  expires_at,
  identity_type,
  principal_arn,
  caller_account_id,
  invoked_by,
  mfa_authenticated,
  source_ip,
  user_agent,
  CAST(shared_event_uuid AS VARCHAR) AS shared_event_id,
  event_uuid
FROM issued_sessions;

CREATE VIEW event_resources AS
SELECT
  event_time,
  coalesce(event_id_text, CAST(event_uuid AS VARCHAR)) AS event_id,
  account_id,
  region,
  resource_type,
  resource_id,
  resource_arn,
  action,
  method,
  event_uuid
FROM resource_refs;

CREATE VIEW resources AS
SELECT
  account_id,
  region,
  resource_type,
  resource_id,
  max(resource_arn) AS resource_arn,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  count(DISTINCT event_uuid) AS events,
  min(event_time) FILTER (WHERE action = 'created') AS created_at,
  max(event_time) FILTER (WHERE action = 'modified') AS modified_at,
  max(event_time) FILTER (WHERE action = 'deleted') AS deleted_at
FROM resource_refs
GROUP BY account_id, region, resource_type, resource_id;

CREATE VIEW accounts AS
SELECT
  account_id,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  count(*) AS events
FROM cloudtrail_events
GROUP BY account_id;

CREATE VIEW event_deliveries AS
SELECT
  coalesce(e.event_id_text, CAST(e.event_uuid AS VARCHAR)) AS event_id,
  e.event_time,
  1 + count(c.object_id) AS deliveries,
  bool_or(c.differs) AS conflicting,
  [o.uri] || list(co.uri ORDER BY co.uri) AS object_uris
FROM cloudtrail_events AS e
JOIN event_copies AS c ON c.event_uuid = e.event_uuid
JOIN log_objects AS o ON o.object_id = e.object_id
JOIN log_objects AS co ON co.object_id = c.object_id
GROUP BY e.event_uuid, e.event_id_text, e.event_time, o.uri;

CREATE VIEW aggregated_events AS
SELECT
  coalesce(event_id_text, CAST(event_uuid AS VARCHAR)) AS event_id,
  window_start,
  window_end,
  account_id,
  region,
  event_source,
  summary,
  object_id,
  record_number
FROM aggregated_records;

CREATE VIEW objects AS
SELECT
  object_id,
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
  ingested_at
FROM log_objects;

CREATE VIEW rejected_records AS
SELECT
  o.uri,
  r.record_number,
  r.record_offset,
  r.record_length,
  r.reason,
  r.object_id
FROM rejects AS r
JOIN log_objects AS o ON o.object_id = r.object_id;

CREATE VIEW digests AS
SELECT
  o.uri,
  d.account_id,
  d.region,
  d.start_time,
  d.end_time,
  d.s3_bucket,
  d.s3_object,
  d.public_key_fingerprint,
  d.signature_algorithm,
  d.signature,
  d.backfill_generated_at,
  d.previous_s3_bucket,
  d.previous_s3_object,
  d.previous_signature,
  d.previous_hash_value,
  d.previous_hash_algorithm,
  d.log_files,
  o.content_sha256,
  d.object_id
FROM digest_files AS d
JOIN log_objects AS o ON o.object_id = d.object_id;

-- One row an account, region, hour and category: what was logged, and by its
-- absence what was not.
CREATE VIEW coverage AS
SELECT
  account_id,
  region,
  date_trunc('hour', event_time) AS hour,
  event_category,
  count(*) AS events
FROM cloudtrail_events
GROUP BY ALL;
