package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
)

// Fixture is the test of one detection or posture check: a .txtar file beside it. Each section is one
// event as a patch over a complete base record, so that only what matters is written.
//
//	match/NAME.json    must be cited by a finding
//	ignore/NAME.json   must not be
//	context/NAME.json  may be: what happened before, what a sequence leads through
//	want.jsonl         optional: for each finding, in order of time, the columns that
//	                   are pinned
//
// A patch is merged into the base record (RFC 7396: null removes). Three keys are for
// the fixture itself:
//
//	"$as"      the base record: role (the default), user, root, service, sso, account
//	"$repeat"  make the event this often, with "$every" ("30s") between; {{n}} in a
//	           string is the number, from 1
//
// The event id is the section's name without .json; of repeated ones, with "#n".
//
// The fixture of a posture check may also have
//
//	snapshot/NAME.json a look at a resource: resource_type and resource_id, and its config
//	                   with the parts that were read; see baseSnapshot for the rest
//	known.jsonl        {"kind": "account_id", "value": "123456789012"}
//	suspects.jsonl     {"kind": "access_key_id", "value": "AKIAIOSFODNN7EXAMPLE"}
//	window.json        {"since": "2026-01-15T00:00:00Z", "until": "2026-01-16T00:00:00Z"}
//
// and its want.jsonl has a line for each result.
//
// Every operation must be one that AWS has. One that is called Thing (ListThings,
// DescribeThing{{n}}) stands for any.
type Fixture struct {
	Comment string
	Events  []FixtureEvent
	Want    []map[string]any
	// Of posture checks: what was looked up, what is known, who is suspect, and the
	// incident's time.
	Snapshots []analysis.Snapshot
	Known     []analysis.Known
	Suspects  []analysis.Entity
	Window    analysis.Scope
}

// standIn is in the name of an operation that stands for any.
const standIn = "Thing"

// FixtureEvent is one event of a [Fixture].
type FixtureEvent struct {
	ID     string
	Role   string // match, ignore or context
	Record map[string]any
}

// ParseFixture reads a fixture. The error names the section.
func ParseFixture(data []byte) (Fixture, error) {
	archive := txtar.Parse(data)
	f := Fixture{Comment: strings.TrimSpace(string(archive.Comment))}
	var all []error
	seen := map[string]bool{}
	for _, section := range archive.Files {
		if seen[section.Name] {
			all = append(all, fmt.Errorf("section %s is there twice", section.Name))
			continue
		}
		seen[section.Name] = true
		if err := f.take(section); err != nil {
			all = append(all, fmt.Errorf("section %s: %w", section.Name, err))
		}
	}
	if f.Comment == "" {
		all = append(all, errors.New("it does not say in words what must fire and what must not: the text above the first section"))
	}
	return f, errors.Join(all...)
}

func (f *Fixture) take(section txtar.File) error {
	role, _, _ := strings.Cut(section.Name, "/")
	switch {
	case section.Name == "want.jsonl":
		return decodeLines(section.Data, &f.Want)
	case role == "snapshot" || section.Name == "known.jsonl" || section.Name == "suspects.jsonl" || section.Name == "window.json":
		return f.takePosture(section)
	}
	id, isJSON := strings.CutSuffix(section.Name, ".json")
	if !slices.Contains([]string{"match", "ignore", "context"}, role) || !isJSON {
		return errors.New("it is none of match/NAME.json, ignore/NAME.json, context/NAME.json, want.jsonl")
	}
	dec := json.NewDecoder(bytes.NewReader(section.Data))
	dec.UseNumber()
	var patch map[string]any
	if err := dec.Decode(&patch); err != nil {
		return err
	}
	as, _ := patch["$as"].(string)
	base, err := baseRecord(as)
	if err != nil {
		return err
	}
	repeat, every, err := repetition(patch)
	if err != nil {
		return err
	}
	maps.DeleteFunc(patch, func(key string, _ any) bool { return strings.HasPrefix(key, "$") })
	for n := 1; n <= repeat; n++ {
		eventID := id
		if repeat > 1 {
			eventID += "#" + strconv.Itoa(n)
		}
		record, _ := merge(clone(base), number(patch, n)).(map[string]any)
		if _, ok := patch["eventID"]; !ok {
			record["eventID"] = eventID
		}
		if n > 1 {
			at, err := time.Parse(time.RFC3339, fmt.Sprint(record["eventTime"]))
			if err != nil {
				return fmt.Errorf("eventTime: %w", err)
			}
			record["eventTime"] = at.Add(time.Duration(n-1) * every).Format(time.RFC3339)
		}
		f.Events = append(f.Events, FixtureEvent{ID: fmt.Sprint(record["eventID"]), Role: role, Record: record})
	}
	return nil
}

// decodeLines reads JSON values, one after the other.
func decodeLines[T any](data []byte, all *[]T) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	for {
		var one T
		err := dec.Decode(&one)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		*all = append(*all, one)
	}
}

func repetition(patch map[string]any) (repeat int, every time.Duration, err error) {
	repeat = 1
	if n, ok := patch["$repeat"].(json.Number); ok {
		if repeat, err = strconv.Atoi(n.String()); err != nil || repeat < 1 {
			return 0, 0, fmt.Errorf("$repeat: %q is no count", n)
		}
	}
	if text, ok := patch["$every"].(string); ok {
		if every, err = time.ParseDuration(text); err != nil {
			return 0, 0, fmt.Errorf("$every: %w", err)
		}
	}
	return repeat, every, nil
}

// merge applies patch to target as RFC 7396 says.
func merge(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	for key, value := range changes {
		if value == nil {
			delete(object, key)
			continue
		}
		object[key] = merge(object[key], value)
	}
	return object
}

// number replaces {{n}} in every string of value.
func number(value any, n int) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, "{{n}}", strconv.Itoa(n))
	case map[string]any:
		out := make(map[string]any, len(value))
		for k, v := range value {
			out[k] = number(v, n)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, v := range value {
			out[i] = number(v, n)
		}
		return out
	}
	return value
}

func clone(value map[string]any) map[string]any {
	out, _ := number(value, 0).(map[string]any)
	return out
}

// baseRecord is a complete record of a management event on 2026-01-15 at 10:00 UTC in
// account 111122223333, made by the kind of identity that as names. Its fields follow
// the CloudTrail record reference:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func baseRecord(as string) (map[string]any, error) {
	text, ok := map[string]string{
		"":        roleIdentity,
		"role":    roleIdentity,
		"user":    userIdentity,
		"root":    rootIdentity,
		"service": serviceIdentity,
		"sso":     ssoIdentity,
		"account": accountIdentity,
	}[as]
	if !ok {
		return nil, fmt.Errorf("$as: %q is none of role, user, root, service, sso, account", as)
	}
	var record map[string]any
	dec := json.NewDecoder(strings.NewReader(baseFields + text + "}"))
	dec.UseNumber()
	if err := dec.Decode(&record); err != nil {
		return nil, err
	}
	if as == "service" {
		delete(record, "userAgent")
		record["sourceIPAddress"] = "autoscaling.amazonaws.com"
		record["userAgent"] = "autoscaling.amazonaws.com"
	}
	return record, nil
}

const (
	baseFields = `{
		"eventVersion": "1.11", "eventTime": "2026-01-15T10:00:00Z", "awsRegion": "us-east-1",
		"eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
		"sourceIPAddress": "192.0.2.10", "userAgent": "aws-cli/2.31.6",
		"requestParameters": null, "responseElements": null, "readOnly": false,
		"requestID": "11111111-2222-4333-8444-555555555555", "eventType": "AwsApiCall",
		"managementEvent": true, "recipientAccountId": "111122223333", "eventCategory": "Management",
		"tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
		"userIdentity": `
	roleIdentity = `{
		"type": "AssumedRole", "principalId": "AROAEXAMPLE111111111:alice",
		"arn": "arn:aws:sts::111122223333:assumed-role/Engineer/alice", "accountId": "111122223333",
		"accessKeyId": "ASIAIOSFODNN7EXAMPLE",
		"sessionContext": {
			"sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLE111111111",
				"arn": "arn:aws:iam::111122223333:role/Engineer", "accountId": "111122223333", "userName": "Engineer"},
			"attributes": {"creationDate": "2026-01-15T09:30:00Z", "mfaAuthenticated": "false"}}}`
	userIdentity = `{
		"type": "IAMUser", "principalId": "AIDAEXAMPLE111111111", "arn": "arn:aws:iam::111122223333:user/build",
		"accountId": "111122223333", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "build"}`
	rootIdentity = `{
		"type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root",
		"accountId": "111122223333", "accessKeyId": "ASIAROOTEXAMPLE11111",
		"sessionContext": {"attributes": {"creationDate": "2026-01-15T09:58:00Z", "mfaAuthenticated": "true"}}}`
	serviceIdentity = `{"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}`
	ssoIdentity     = `{
		"type": "AssumedRole", "principalId": "AROAEXAMPLE222222222:alice@example.com",
		"arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Administrator_0123456789abcdef/alice@example.com",
		"accountId": "111122223333", "accessKeyId": "ASIASSOEXAMPLE111111",
		"sessionContext": {
			"sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLE222222222",
				"arn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Administrator_0123456789abcdef",
				"accountId": "111122223333", "userName": "AWSReservedSSO_Administrator_0123456789abcdef"},
			"attributes": {"creationDate": "2026-01-15T09:30:00Z", "mfaAuthenticated": "false"}}}`
	accountIdentity = `{"type": "AWSAccount", "principalId": "AIDAEXAMPLE444444444", "accountId": "444455556666"}`
)
