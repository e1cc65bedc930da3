package synth

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Event is one record before it is written. Fields that are JSON are written as they
// are; the others are quoted. An empty Request or Response is written as null, as
// CloudTrail does; every other empty field is left out.
type Event struct {
	Version        string // eventVersion; 1.08 when empty
	Identity       []byte // JSON of userIdentity
	Time           int64  // Unix seconds
	Source         string // eventSource
	Name           string
	Region         string
	Address        string // sourceIPAddress
	Agent          string // userAgent
	ErrorCode      string
	ErrorMessage   string
	Request        []byte // JSON
	Response       []byte // JSON
	Additional     []byte // JSON
	RequestID      []byte
	ID             UUID
	ReadOnly       bool
	Resources      []byte // JSON
	Type           string // eventType; AwsApiCall when empty
	APIVersion     string
	Account        string // recipientAccountId
	ServiceDetails []byte // JSON
	Shared         UUID   // sharedEventID
	Endpoint       string // vpcEndpointId
	Category       string // eventCategory; Management when empty
	TLSHost        string // clientProvidedHostHeader; no tlsDetails when empty
	FromConsole    bool   // sessionCredentialFromConsole
}

// UUID is an event id.
type UUID [16]byte

// String is the id as it is written in a record.
func (u UUID) String() string { return string(u.append(nil)) }

func (u UUID) append(dst []byte) []byte {
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return append(dst, b[:]...)
}

// Append writes the record at the end of dst, its keys in the order in which
// CloudTrail writes them.
func (e *Event) Append(dst []byte) []byte {
	dst = append(dst, `{"eventVersion":"`...)
	dst = append(dst, or(e.Version, "1.08")...)
	dst = append(dst, `","userIdentity":`...)
	dst = append(dst, e.Identity...)
	dst = append(dst, `,"eventTime":"`...)
	dst = appendTime(dst, e.Time)
	dst = append(dst, `","eventSource":"`...)
	dst = append(dst, e.Source...)
	dst = append(dst, `","eventName":"`...)
	dst = append(dst, e.Name...)
	dst = append(dst, `","awsRegion":"`...)
	dst = append(dst, e.Region...)
	dst = append(dst, `","sourceIPAddress":"`...)
	dst = append(dst, e.Address...)
	dst = append(dst, '"')
	dst = appendField(dst, "userAgent", e.Agent)
	dst = appendField(dst, "errorCode", e.ErrorCode)
	dst = appendField(dst, "errorMessage", e.ErrorMessage)
	dst = append(dst, `,"requestParameters":`...)
	dst = append(dst, orNull(e.Request)...)
	dst = append(dst, `,"responseElements":`...)
	dst = append(dst, orNull(e.Response)...)
	dst = appendJSON(dst, "additionalEventData", e.Additional)
	if len(e.RequestID) > 0 {
		dst = append(dst, `,"requestID":"`...)
		dst = append(dst, e.RequestID...)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"eventID":"`...)
	dst = e.ID.append(dst)
	dst = append(dst, `","readOnly":`...)
	dst = strconv.AppendBool(dst, e.ReadOnly)
	dst = appendJSON(dst, "resources", e.Resources)
	dst = append(dst, `,"eventType":"`...)
	dst = append(dst, or(e.Type, "AwsApiCall")...)
	dst = append(dst, '"')
	dst = appendField(dst, "apiVersion", e.APIVersion)
	category := or(e.Category, "Management")
	dst = append(dst, `,"managementEvent":`...)
	dst = strconv.AppendBool(dst, category == "Management")
	dst = append(dst, `,"recipientAccountId":"`...)
	dst = append(dst, e.Account...)
	dst = append(dst, '"')
	dst = appendJSON(dst, "serviceEventDetails", e.ServiceDetails)
	if e.Shared != (UUID{}) {
		dst = append(dst, `,"sharedEventID":"`...)
		dst = e.Shared.append(dst)
		dst = append(dst, '"')
	}
	dst = appendField(dst, "vpcEndpointId", e.Endpoint)
	if e.Endpoint != "" && e.Version >= "1.09" {
		dst = appendField(dst, "vpcEndpointAccountId", e.Account)
	}
	dst = append(dst, `,"eventCategory":"`...)
	dst = append(dst, category...)
	dst = append(dst, '"')
	if e.TLSHost != "" {
		dst = append(dst, `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`...)
		dst = append(dst, e.TLSHost...)
		dst = append(dst, `"}`...)
	}
	if e.FromConsole {
		dst = append(dst, `,"sessionCredentialFromConsole":"true"`...)
	}
	return append(dst, '}')
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func orNull(b []byte) []byte {
	if len(b) == 0 {
		return []byte("null")
	}
	return b
}

func appendJSON(dst []byte, name string, value []byte) []byte {
	if len(value) == 0 {
		return dst
	}
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	return append(dst, value...)
}

func appendField(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':', '"')
	dst = appendEscaped(dst, value)
	return append(dst, '"')
}

// appendEscaped escapes what our own texts contain: quotes and backslashes.
func appendEscaped(dst []byte, s string) []byte {
	if !strings.ContainsAny(s, `"\`) {
		return append(dst, s...)
	}
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return dst
}

// appendTime writes 2026-01-15T10:00:00Z.
func appendTime(dst []byte, unix int64) []byte {
	t := time.Unix(unix, 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = strconv.AppendInt(dst, int64(year), 10)
	dst = append(dst, '-')
	dst = appendTwo(dst, int(month))
	dst = append(dst, '-')
	dst = appendTwo(dst, day)
	dst = append(dst, 'T')
	dst = appendTwo(dst, hour)
	dst = append(dst, ':')
	dst = appendTwo(dst, minute)
	dst = append(dst, ':')
	dst = appendTwo(dst, second)
	return append(dst, 'Z')
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
