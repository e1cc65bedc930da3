package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

const (
	bucketURI = "s3://amzn-s3-demo-bucket/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/"
	ciDeploy  = "arn:aws:iam::111122223333:user/ci-deploy"
)

// askEvents are two accounts, three regions, an error, an event without a time, and
// text that is hostile to terminals and spreadsheets.
func askEvents() []analysis.Event {
	at := func(hour, minute int) int64 {
		return time.Date(2026, 1, 15, hour, minute, 0, 0, time.UTC).UnixMicro()
	}
	client := func(e analysis.Event, principal, ip string, lo uint64, agent string) analysis.Event {
		e.PrincipalARN, e.SourceIPAddress, e.SourceIPLo, e.HasIP, e.UserAgent = principal, ip, lo, ip != "", agent
		return e
	}
	home := analysis.Event{AccountID: "111122223333", Region: "us-east-1", EventCategory: "Management", Length: 100, HasTime: true}
	away := analysis.Event{AccountID: "444455556666", Region: "ap-south-1", EventCategory: "Management", Length: 100, HasTime: true}
	make := func(e analysis.Event, n int, id, source, name, operation string, when int64) analysis.Event {
		e.RecordNumber, e.Offset, e.Hash = n, int64(12+100*(n-1)), uint64(n)
		e.EventID, e.EventSource, e.EventName, e.Operation, e.EventTime = id, source, name, operation, when
		return e
	}
	const id = "11111111-0000-4000-8000-00000000000"
	events := []analysis.Event{
		client(make(home, 1, id+"1", "sts.amazonaws.com", "GetCallerIdentity", "sts:GetCallerIdentity", at(1, 0)), ciDeploy, "203.0.113.7", 1, "aws-cli/2.17.9"),
		client(make(home, 2, id+"2", "iam.amazonaws.com", "CreateUser", "iam:CreateUser", at(2, 0)), ciDeploy, "203.0.113.7", 1, "aws-cli/2.17.9"),
		client(make(home, 3, id+"3", "s3.amazonaws.com", "GetObject", "s3:GetObject", at(5, 30)), "arn:aws:iam::111122223333:role/Reader", "198.51.100.4", 2, "\x1b[2Jevil"),
		client(make(away, 4, id+"4", "ec2.amazonaws.com", "RunInstances", "ec2:RunInstances", at(5, 31)), "arn:aws:iam::444455556666:role/Admin", "198.51.100.4", 2, `=HYPERLINK("https://example.com")`),
		make(away, 5, "odd id", "ec2.amazonaws.com", "StopInstances", "ec2:StopInstances", 0),
	}
	events[1].ErrorCode, events[1].Mutating = "AccessDenied", true
	events[1].RequestParameters = `{"userName":"svc-backup","big":12345678901234567890}`
	events[1].ResourceRefs = []analysis.ResourceRef{{AccountID: "111122223333", Region: "us-east-1", Type: "AWS::IAM::User", ID: "svc-backup", Action: analysis.ActionCreated, Method: analysis.MethodRule}}
	events[2].EventCategory, events[2].RequestParameters = "Data", `{"bucketName":"amzn-s3-demo-bucket"}`
	events[3].Mutating = true
	events[4].Region, events[4].HasTime, events[4].Mutating = "eu-west-1", false, true
	return events
}

// askCase makes a case of askEvents in one object, with a copy of the first event in
// a damaged second object and a third that is not CloudTrail, and opens it for reading.
func askCase(t *testing.T) *Store {
	t.Helper()
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "case")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(Create(ctx, dir))
	st, err := Open(ctx, dir, ModeWrite, Options{})
	check(err)
	w, err := st.Writer(ctx)
	check(err)
	object := func(uri string, size int64, c analysis.Content) *ObjectRow {
		o := w.Claim(analysis.Object{URI: uri, ETag: "etag", Size: size})
		o.Finish(c, "", size)
		return o
	}
	commit := func(o *ObjectRow, events []analysis.Event, bodies ...BodyPart) {
		t.Helper()
		var rows []EventRow
		for i := range events {
			rows = append(rows, NewEventRow(&events[i], o, o.SourceRank))
		}
		_, err := w.Append(ctx, &Batch{Objects: []*ObjectRow{o}, Events: rows, Bodies: bodies})
		check(err)
		check(w.Commit(ctx))
	}
	events := askEvents()
	first := object(bucketURI+"a.json.gz", 900, analysis.Content{Kind: analysis.KindCloudTrail, Format: "cloudtrail", SourceRank: 1, Records: 5, Status: analysis.StatusOK, DamageOffset: -1})
	commit(first, events, BodyPart{Object: first, Offset: 0, Bytes: []byte("abc")}, BodyPart{Object: first, Offset: 3, Bytes: []byte("defg")})
	second := askEvents()[:1]
	second[0].Hash, second[0].Damaged = 9, true
	commit(object(bucketURI+"b.json.gz", 300, analysis.Content{Kind: analysis.KindCloudTrail, Format: "cloudtrail", SourceRank: 1, Records: 1, Status: analysis.StatusDamaged, Reason: "gzip: unexpected end", DamageOffset: 7}), second)
	commit(object("file:///evidence/notes.json", 10, analysis.Content{Kind: analysis.KindOther, Status: analysis.StatusIgnored, Reason: "not CloudTrail", DamageOffset: -1}), nil)
	check(w.Close())
	check(st.Close())
	st, err = Open(ctx, dir, ModeRead, Options{})
	check(err)
	t.Cleanup(func() { st.Close() })
	return st
}
