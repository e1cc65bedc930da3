package session

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// record is as much of a record as sessions need, for events of tests: package
// cloudtrail is not this package's to import.
type record struct {
	EventID             string
	SharedEventID       string
	EventTime           string
	EventSource         string
	EventName           string
	AwsRegion           string
	RecipientAccountID  string
	SourceIPAddress     any
	ErrorCode           string
	UserIdentity        json.RawMessage
	RequestParameters   json.RawMessage
	ResponseElements    json.RawMessage
	AdditionalEventData json.RawMessage
	ServiceEventDetails json.RawMessage
	CloudTrailEvent     string
}

func (r *record) event() *analysis.Event {
	var identity struct {
		Type, ARN, AccountID, AccessKeyID, InvokedBy, PrincipalID string
		SessionContext                                            struct {
			SessionIssuer  struct{ ARN string }
			SourceIdentity string
			Attributes     struct{ CreationDate string }
		}
	}
	_ = json.Unmarshal(r.UserIdentity, &identity) // no object in damaged samples
	e := &analysis.Event{
		EventID:             r.EventID,
		SharedEventID:       r.SharedEventID,
		EventSource:         r.EventSource,
		EventName:           r.EventName,
		Operation:           strings.TrimSuffix(r.EventSource, ".amazonaws.com") + ":" + r.EventName,
		Region:              r.AwsRegion,
		AccountID:           r.RecipientAccountID,
		CallerAccountID:     identity.AccountID,
		IdentityType:        identity.Type,
		IdentityARN:         identity.ARN,
		PrincipalARN:        identity.ARN,
		AccessKeyID:         identity.AccessKeyID,
		InvokedBy:           identity.InvokedBy,
		SourceIdentity:      identity.SessionContext.SourceIdentity,
		ErrorCode:           r.ErrorCode,
		UserIdentity:        compact(r.UserIdentity),
		RequestParameters:   compact(r.RequestParameters),
		ResponseElements:    compact(r.ResponseElements),
		AdditionalEventData: compact(r.AdditionalEventData),
		ServiceEventDetails: compact(r.ServiceEventDetails),
	}
	if issuer := identity.SessionContext.SessionIssuer.ARN; issuer != "" {
		e.PrincipalARN = issuer
	}
	if identity.Type == "AssumedRole" || identity.Type == "FederatedUser" {
		e.SessionName = identity.ARN[strings.LastIndexByte(identity.ARN, '/')+1:]
	}
	e.EventTime = microseconds(r.EventTime)
	e.SessionCreated = microseconds(identity.SessionContext.Attributes.CreationDate)
	return e
}

func microseconds(s string) int64 { return parseExpiration(`"` + s + `"`) }

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || string(raw) == "null" || json.Compact(&b, raw) != nil {
		return ""
	}
	return b.String()
}

func parse(t testing.TB, text string) *analysis.Event {
	t.Helper()
	var r record
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("record: %v in %s", err, text)
	}
	return r.event()
}
