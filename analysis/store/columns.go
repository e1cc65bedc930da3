package store

import (
	"github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis"
)

// eventColumns are the columns of cloudtrail_events, in the order of the table.
func eventColumns() []column[*EventRow] {
	type row = *EventRow
	text := textColumn[row]
	return []column[row]{
		microsColumn("event_time", row.time),
		uuidColumn("event_uuid", func(r row) *duckdb.UUID { return &r.id }),
		text("event_id_text", func(r row) string { return r.idText }),
		text("event_version", func(r row) string { return r.EventVersion }),
		text("event_type", func(r row) string { return r.EventType }),
		text("event_category", func(r row) string { return r.EventCategory }),
		text("event_source", func(r row) string { return r.EventSource }),
		text("event_name", func(r row) string { return r.EventName }),
		text("operation", func(r row) string { return r.Operation }),
		text("account_id", func(r row) string { return r.AccountID }),
		text("region", func(r row) string { return r.Region }),
		numberColumn("identity_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.identityID, true }),
		numberColumn("client_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.clientID, true }),
		text("error_code", func(r row) string { return r.ErrorCode }),
		text("error_message", func(r row) string { return r.ErrorMessage }),
		triColumn("read_only", func(r row) int8 { return r.ReadOnly }),
		triColumn("management_event", func(r row) int8 { return r.ManagementEvent }),
		triColumn("mutating", func(r row) int8 { return tri(r.Mutating) }),
		text("request_parameters", func(r row) string { return r.RequestParameters }),
		text("response_elements", func(r row) string { return r.ResponseElements }),
		text("additional_event_data", func(r row) string { return r.AdditionalEventData }),
		text("resources", func(r row) string { return r.Resources }),
		text("service_event_details", func(r row) string { return r.ServiceEventDetails }),
		text("insight_details", func(r row) string { return r.InsightDetails }),
		text("extra_fields", func(r row) string { return r.ExtraFields }),
		uuidColumn("request_uuid", func(r row) *duckdb.UUID { return uuidIf(&r.request, r.requestIsUUID) }),
		text("request_id_text", func(r row) string { return r.requestText }),
		uuidColumn("shared_event_uuid", row.sharedUUID),
		text("shared_event_id_text", func(r row) string { return r.sharedText }),
		text("api_version", func(r row) string { return r.APIVersion }),
		text("vpc_endpoint_id", func(r row) string { return r.VPCEndpointID }),
		triColumn("session_from_console", func(r row) int8 {
			if r.SessionCredentialFromConsole {
				return 1
			}
			return -1
		}),
		text("issued_access_key_id", func(r row) string { return r.IssuedAccessKeyID }),
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.Object.id, true }),
		numberColumn("record_number", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.RecordNumber), true }),
		numberColumn("record_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.Offset, true }),
		numberColumn("record_length", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.Length), true }),
		numberColumn("record_hash", duckdb.TYPE_UBIGINT, func(r row) (uint64, bool) { return r.Hash, true }),
		triColumn("damaged", func(r row) int8 { return tri(r.Damaged) }),
	}
}

func identityColumns() []column[dimensionRow[*EventRow]] {
	type row = dimensionRow[*EventRow]
	text := textColumn[row]
	return []column[row]{
		numberColumn("identity_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.id, true }),
		uuidColumn("identity_hash", func(r row) *duckdb.UUID { return r.hash }),
		text("caller_account_id", func(r row) string { return r.value.CallerAccountID }),
		text("identity_type", func(r row) string { return r.value.IdentityType }),
		text("principal_arn", func(r row) string { return r.value.PrincipalARN }),
		text("identity_arn", func(r row) string { return r.value.IdentityARN }),
		text("session_name", func(r row) string { return r.value.SessionName }),
		text("access_key_id", func(r row) string { return r.value.AccessKeyID }),
		text("invoked_by", func(r row) string { return r.value.InvokedBy }),
		triColumn("mfa_authenticated", func(r row) int8 { return r.value.MFA }),
		microsColumn("session_created", func(r row) (int64, bool) { return r.value.SessionCreated, r.value.SessionCreated != 0 }),
		text("source_identity", func(r row) string { return r.value.SourceIdentity }),
		text("user_identity_rest", func(r row) string { return r.value.UserIdentity }),
	}
}

func clientColumns() []column[dimensionRow[*EventRow]] {
	type row = dimensionRow[*EventRow]
	text := textColumn[row]
	return []column[row]{
		numberColumn("client_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.id, true }),
		uuidColumn("client_hash", func(r row) *duckdb.UUID { return r.hash }),
		text("source_ip", func(r row) string { return r.value.SourceIPAddress }),
		numberColumn("source_ip_hi", duckdb.TYPE_UBIGINT, func(r row) (uint64, bool) { return r.value.SourceIPHi, r.value.HasIP }),
		numberColumn("source_ip_lo", duckdb.TYPE_UBIGINT, func(r row) (uint64, bool) { return r.value.SourceIPLo, r.value.HasIP }),
		text("user_agent", func(r row) string { return r.value.UserAgent }),
		text("tls_details", func(r row) string { return r.value.TLSDetails }),
	}
}

func resourceColumns() []column[dimensionRow[*analysis.ResourceRef]] {
	type row = dimensionRow[*analysis.ResourceRef]
	text := textColumn[row]
	return []column[row]{
		numberColumn("resource_no", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.id, true }),
		uuidColumn("resource_hash", func(r row) *duckdb.UUID { return r.hash }),
		text("account_id", func(r row) string { return r.value.AccountID }),
		text("region", func(r row) string { return r.value.Region }),
		text("resource_type", func(r row) string { return r.value.Type }),
		text("resource_id", func(r row) string { return r.value.ID }),
		text("resource_arn", func(r row) string { return r.value.ARN }),
	}
}

func aggregatedColumns() []column[*EventRow] {
	type row = *EventRow
	return []column[row]{
		uuidColumn("event_uuid", func(r row) *duckdb.UUID { return &r.id }),
		textColumn("event_id_text", func(r row) string { return r.idText }),
		microsColumn("window_start", row.time),
		textColumn("account_id", func(r row) string { return r.AccountID }),
		textColumn("region", func(r row) string { return r.Region }),
		textColumn("event_source", func(r row) string { return r.EventSource }),
		textColumn("summary", func(r row) string { return r.ServiceEventDetails }),
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.Object.id, true }),
		numberColumn("record_number", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.RecordNumber), true }),
		numberColumn("record_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.Offset, true }),
		numberColumn("record_length", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.Length), true }),
		numberColumn("record_hash", duckdb.TYPE_UBIGINT, func(r row) (uint64, bool) { return r.Hash, true }),
		triColumn("damaged", func(r row) int8 { return tri(r.Damaged) }),
	}
}

func sessionColumns() []column[*EventRow] {
	type row = *EventRow
	text := textColumn[row]
	return []column[row]{
		uuidColumn("event_uuid", func(r row) *duckdb.UUID { return &r.id }),
		text("event_id_text", func(r row) string { return r.idText }),
		microsColumn("event_time", row.time),
		text("account_id", func(r row) string { return r.AccountID }),
		text("region", func(r row) string { return r.Region }),
		text("operation", func(r row) string { return r.Operation }),
		text("issued_key", func(r row) string { return r.Session.IssuedKey }),
		text("parent_key", func(r row) string { return r.Session.ParentKey }),
		text("role_arn", func(r row) string { return r.Session.RoleARN }),
		text("session_arn", func(r row) string { return r.Session.SessionARN }),
		text("session_name", func(r row) string { return r.Session.SessionName }),
		text("source_identity", func(r row) string { return r.Session.SourceIdentity }),
		text("subject", func(r row) string { return r.Session.Subject }),
		text("sign_in_session_arn", func(r row) string { return r.Session.SignInSession }),
		microsColumn("expires_at", func(r row) (int64, bool) { return r.Session.ExpiresAt, r.Session.ExpiresAt != 0 }),
		text("identity_type", func(r row) string { return r.IdentityType }),
		text("principal_arn", func(r row) string { return r.PrincipalARN }),
		text("caller_account_id", func(r row) string { return r.CallerAccountID }),
		text("invoked_by", func(r row) string { return r.InvokedBy }),
		triColumn("mfa_authenticated", func(r row) int8 { return r.MFA }),
		text("source_ip", func(r row) string { return r.SourceIPAddress }),
		text("user_agent", func(r row) string { return r.UserAgent }),
		uuidColumn("shared_event_uuid", row.sharedUUID),
		text("shared_event_id_text", func(r row) string { return r.sharedText }),
	}
}

// refRow is one resource that an event names.
type refRow struct {
	event      *EventRow
	ref        *analysis.ResourceRef
	resourceNo int32
}

func refColumns() []column[refRow] {
	type row = refRow
	text := textColumn[row]
	return []column[row]{
		uuidColumn("event_uuid", func(r row) *duckdb.UUID { return &r.event.id }),
		text("event_id_text", func(r row) string { return r.event.idText }),
		microsColumn("event_time", func(r row) (int64, bool) { return r.event.time() }),
		numberColumn("resource_no", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.resourceNo, true }),
		text("action", func(r row) string { return string(r.ref.Action) }),
		text("method", func(r row) string { return string(r.ref.Method) }),
	}
}

// copyRow is a delivery of an event that the evidence holds already.
type copyRow struct {
	id      *duckdb.UUID
	time    int64
	hasTime bool
	object  int32
	number  int32
	offset  int64
	length  int32
	hash    uint64
}

func copyColumns() []column[copyRow] {
	type row = copyRow
	return []column[row]{
		uuidColumn("event_uuid", func(r row) *duckdb.UUID { return r.id }),
		microsColumn("event_time", func(r row) (int64, bool) { return r.time, r.hasTime }),
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.object, true }),
		numberColumn("record_number", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.number, true }),
		numberColumn("record_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.offset, true }),
		numberColumn("record_length", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.length, true }),
		numberColumn("record_hash", duckdb.TYPE_UBIGINT, func(r row) (uint64, bool) { return r.hash, true }),
	}
}

func bodyColumns() []column[BodyPart] {
	type row = BodyPart
	return []column[row]{
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.Object.id, true }),
		numberColumn("body_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.Offset, true }),
		blobColumn("body", func(r row) []byte { return r.Bytes }),
	}
}

func rejectColumns() []column[RejectRow] {
	type row = RejectRow
	return []column[row]{
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.Object.id, true }),
		numberColumn("record_number", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.RecordNumber), true }),
		numberColumn("record_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.Offset, true }),
		numberColumn("record_length", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.Length), true }),
		textColumn("reason", func(r row) string { return r.Reason }),
	}
}

func tri(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

func uuidIf(id *duckdb.UUID, ok bool) *duckdb.UUID {
	if ok {
		return id
	}
	return nil
}

func (r *EventRow) sharedUUID() *duckdb.UUID { return uuidIf(&r.shared, r.sharedIsUUID) }
