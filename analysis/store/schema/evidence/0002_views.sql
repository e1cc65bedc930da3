-- The views of evidence.duckdb: the contract. They name tables without a catalog,
-- so that the file works alone in the duckdb shell.

-- userIdentity put together again, below the join of view events: once an identity,
-- not once an event.
CREATE VIEW whole_identities AS
SELECT
  identity_id,
  identity_type,
  principal_arn,
  identity_arn,
  session_name,
  caller_account_id,
  access_key_id,
  invoked_by,
  mfa_authenticated,
  session_created,
  source_identity,
  json_merge_patch(
    coalesce(user_identity_rest, '{}'),
    json_merge_patch('{}', json_object(
      'type', identity_type,
      'arn', identity_arn,
      'accountId', caller_account_id,
      'accessKeyId', access_key_id,
      'invokedBy', invoked_by
    ))
  ) AS user_identity
FROM identities;

CREATE VIEW events AS
SELECT
  e.event_time,
  coalesce(e.event_id_text, CAST(e.event_uuid AS VARCHAR)) AS event_id,
  e.event_version,
  e.event_type,
  e.event_category,
  e.event_source,
  e.event_name,
  e.operation,
  e.account_id,
  i.caller_account_id,
  e.region,
  i.identity_type,
  i.principal_arn,
  i.identity_arn,
  i.session_name,
  i.access_key_id,
  i.invoked_by,
  i.mfa_authenticated,
  i.session_created,
  i.source_identity,
  c.source_ip,
  c.user_agent,
  e.error_code,
  e.error_message,
  e.read_only,
  e.management_event,
  e.mutating,
  e.request_parameters,
  e.response_elements,
  e.additional_event_data,
  e.resources,
  i.user_identity,
  e.service_event_details,
  c.tls_details,
  e.insight_details,
  e.extra_fields,
  coalesce(e.request_id_text, CAST(e.request_uuid AS VARCHAR)) AS request_id,
  coalesce(e.shared_event_id_text, CAST(e.shared_event_uuid AS VARCHAR)) AS shared_event_id,
  e.api_version,
  e.vpc_endpoint_id,
  e.session_from_console,
  e.issued_access_key_id,
  c.source_ip_hi,
  c.source_ip_lo,
  e.event_uuid,
  e.object_id,
  e.record_number,
  e.damaged
FROM cloudtrail_events AS e
JOIN whole_identities AS i ON i.identity_id = e.identity_id
JOIN clients AS c ON c.client_id = e.client_id;

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
  coalesce(shared_event_id_text, CAST(shared_event_uuid AS VARCHAR)) AS shared_event_id,
  event_uuid
FROM issued_sessions;

CREATE VIEW event_resources AS
SELECT
  r.event_time,
  coalesce(r.event_id_text, CAST(r.event_uuid AS VARCHAR)) AS event_id,
  n.account_id,
  n.region,
  n.resource_type,
  n.resource_id,
  n.resource_arn,
  r.action,
  r.method,
  r.event_uuid
FROM resource_refs AS r
JOIN named_resources AS n ON n.resource_no = r.resource_no;

CREATE VIEW resources AS
SELECT
  n.account_id,
  n.region,
  n.resource_type,
  n.resource_id,
  max(n.resource_arn) AS resource_arn,
  min(r.event_time) AS first_seen,
  max(r.event_time) AS last_seen,
  count(DISTINCT r.event_uuid) AS events,
  min(r.event_time) FILTER (WHERE r.action = 'created') AS created_at,
  max(r.event_time) FILTER (WHERE r.action = 'modified') AS modified_at,
  max(r.event_time) FILTER (WHERE r.action = 'deleted') AS deleted_at
FROM resource_refs AS r
JOIN named_resources AS n ON n.resource_no = r.resource_no
GROUP BY n.account_id, n.region, n.resource_type, n.resource_id;

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
  bool_or(c.record_hash <> e.record_hash) AS conflicting,
  [o.uri] || list(co.uri ORDER BY co.uri) AS object_uris,
  e.event_uuid
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
