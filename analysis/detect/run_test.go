package detect_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
)

// inCase makes a case of records and calls use with it.
func inCase(t *testing.T, records []any, use func(*store.Store)) {
	t.Helper()
	bench, err := proof.NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	err = bench.Case(t.Context(), records, func(st *store.Store) error {
		use(st)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// detected runs detections over a scope of a case and returns what each came to.
func detected(t *testing.T, st *store.Store, opt detect.Options, detections ...analysis.Detection) map[string]analysis.DetectionResult {
	t.Helper()
	results := map[string]analysis.DetectionResult{}
	err := runOver(t.Context(), st, opt, detections, func(r analysis.DetectionResult) error {
		results[r.Detection.ID] = r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func runOver(ctx context.Context, st *store.Store, opt detect.Options, detections []analysis.Detection, save func(analysis.DetectionResult) error) error {
	p, err := st.Probe(context.WithoutCancel(ctx), opt.Scope, store.ProbeOptions{})
	if err != nil {
		return err
	}
	defer p.Close()
	return detect.Run(ctx, p, detections, opt, save)
}

// of is a detection with an id and SQL of its own.
func of(id, sql string, requires ...analysis.Category) analysis.Detection {
	if len(requires) == 0 {
		requires = []analysis.Category{analysis.CategoryManagement}
	}
	return analysis.Detection{ID: id, Title: id, Severity: analysis.High, Key: []string{"principal_arn", "resource"}, Requires: requires, SQL: sql}
}

// created finds the users that were created.
const created = `SELECT event_time, [event_id] AS event_ids, principal_arn, source_ip, account_id, region,
  request_parameters ->> '$.userName' AS resource, 'created ' || (request_parameters ->> '$.userName') AS summary
  FROM events WHERE operation = 'iam:CreateUser' AND error_code IS NULL`

func createUser(n int, name string) map[string]any {
	r := record(n, "iam.amazonaws.com", "CreateUser")
	r["requestParameters"] = map[string]any{"userName": name}
	return r
}

func dataEvent(n int, source, name, region string) map[string]any {
	return with(record(n, source, name), "eventCategory", "Data", "awsRegion", region)
}

// A detection that could not see anything never counts as having found nothing.
func TestEvaluable(t *testing.T) {
	const s3reads = "SELECT event_time, [event_id] AS event_ids, principal_arn, 'read' AS summary FROM events WHERE operation IN ('s3:GetObject', 's3:CopyObject')"
	const anyS3 = "SELECT event_time, [event_id] AS event_ids, principal_arn, 'read' AS summary FROM events WHERE operation LIKE 's3:%' AND region = 'nowhere'"
	const anything = "SELECT event_time, [event_id] AS event_ids, principal_arn, 'read' AS summary FROM events WHERE region = 'nowhere'"
	detections := []analysis.Detection{
		of("users", created),
		of("reads", s3reads, analysis.CategoryData),
		of("patterns", anyS3, analysis.CategoryData),
		of("any", anything, analysis.CategoryData),
		of("both", s3reads, analysis.CategoryManagement, analysis.CategoryData),
		of("network", anything, analysis.CategoryNetwork),
	}
	f := func(records []any, want map[string]string) {
		t.Helper()
		inCase(t, records, func(st *store.Store) {
			t.Helper()
			for id, r := range detected(t, st, detect.Options{}, detections...) {
				var missing []string
				for _, gap := range r.Missing {
					missing = append(missing, gap.String())
				}
				if got := strings.Join(append([]string{string(r.State)}, missing...), "; "); got != want[id] {
					t.Errorf("%s: %s, want %s", id, got, want[id])
				}
			}
		})
	}
	home := createUser(1, "bob")
	f([]any{home}, map[string]string{
		"users": "evaluated", "reads": "not evaluable; no data events of s3", "patterns": "not evaluable; no data events of s3",
		"any": "not evaluable; no data events", "both": "not evaluable; no data events of s3", "network": "not evaluable; no network events",
	})
	// Data events are chosen per service: those of one say nothing about another.
	f([]any{home, dataEvent(2, "lambda.amazonaws.com", "Invoke", "us-east-1")}, map[string]string{
		"users": "evaluated", "reads": "not evaluable; no data events of s3", "patterns": "not evaluable; no data events of s3",
		"any": "evaluated", "both": "not evaluable; no data events of s3", "network": "not evaluable; no network events",
	})
	f([]any{home, dataEvent(2, "s3.amazonaws.com", "PutObject", "us-east-1")}, map[string]string{
		"users": "evaluated", "reads": "evaluated", "patterns": "evaluated", "any": "evaluated", "both": "evaluated", "network": "not evaluable; no network events",
	})
	f([]any{home, dataEvent(2, "s3.amazonaws.com", "PutObject", "us-east-1"), with(createUser(3, "eve"), "awsRegion", "eu-west-1")}, map[string]string{
		"users": "evaluated", "reads": "partly evaluable; no data events of s3 in 111122223333 eu-west-1",
		"patterns": "partly evaluable; no data events of s3 in 111122223333 eu-west-1", "any": "partly evaluable; no data events in 111122223333 eu-west-1",
		"both": "partly evaluable; no data events of s3 in 111122223333 eu-west-1", "network": "not evaluable; no network events",
	})
	// Of an account and a region that only data events came from.
	f([]any{home, dataEvent(2, "s3.amazonaws.com", "GetObject", "eu-west-1")}, map[string]string{
		"users": "partly evaluable; no management events in 111122223333 eu-west-1", "reads": "partly evaluable; no data events of s3 in 111122223333 us-east-1",
		"patterns": "partly evaluable; no data events of s3 in 111122223333 us-east-1", "any": "partly evaluable; no data events in 111122223333 us-east-1",
		"both":    "partly evaluable; no management events in 111122223333 eu-west-1; no data events of s3 in 111122223333 us-east-1",
		"network": "not evaluable; no network events",
	})
	f(nil, map[string]string{
		"users": "not evaluable; no management events", "reads": "not evaluable; no data events of s3", "patterns": "not evaluable; no data events of s3",
		"any": "not evaluable; no data events", "both": "not evaluable; no management events; no data events of s3", "network": "not evaluable; no network events",
	})
}

// The scope decides what is covered: data events of last year say nothing of this one.
func TestEvaluableWithinScope(t *testing.T) {
	records := []any{createUser(1, "bob"), dataEvent(2, "s3.amazonaws.com", "GetObject", "us-east-1"), createUser(30, "eve")}
	inCase(t, records, func(st *store.Store) {
		reads := of("reads", "SELECT event_time, [event_id] AS event_ids, 'read' AS summary FROM events WHERE operation = 's3:GetObject'", analysis.CategoryData)
		since := analysis.Scope{Since: time.Date(2026, 1, 15, 10, 20, 0, 0, time.UTC)}
		if r := detected(t, st, detect.Options{}, reads)["reads"]; r.State != analysis.Evaluated || len(r.Findings) != 1 {
			t.Errorf("over all: %s with %d findings", r.State, len(r.Findings))
		}
		if r := detected(t, st, detect.Options{Scope: since}, reads)["reads"]; r.State != analysis.NotEvaluable || len(r.Findings) != 0 {
			t.Errorf("since 10:20: %s with %d findings", r.State, len(r.Findings))
		}
	})
}

// One detection that fails, and one that takes too long, are two lines of the result.
func TestFailingDetectionsDoNotStopTheOthers(t *testing.T) {
	heavy := "SELECT event_time, [event_id] AS event_ids, 'x' AS summary FROM events WHERE event_id IN " +
		"(SELECT CAST(sum(hash(a.range, b.range, c.range)) AS VARCHAR) FROM range(1000000) AS a, range(1000000) AS b, range(1000) AS c)"
	detections := []analysis.Detection{
		of("syntax", "SELEC 1"),
		of("gate", "SELECT * FROM read_text('/etc/hostname')"),
		of("table", "SELECT * FROM no_such_table"),
		of("column", "SELECT no_such_column FROM events WHERE operation = 'iam:CreateUser'"),
		of("conversion", "SELECT event_time, [event_id] AS event_ids, CAST(event_id AS INTEGER) AS summary FROM events WHERE operation = 'iam:CreateUser'"),
		of("two", "SELECT 1; SELECT 2"),
		of("time", "SELECT 'yesterday' AS event_time, [event_id] AS event_ids FROM events WHERE operation = 'iam:CreateUser'"),
		of("ids", "SELECT event_time, event_id AS event_ids FROM events WHERE operation = 'iam:CreateUser'"),
		of("heavy", heavy),
		of("users", created),
		of("users_too", created+" AND true"),
	}
	inCase(t, []any{createUser(1, "bob")}, func(st *store.Store) {
		began := time.Now()
		results := detected(t, st, detect.Options{Timeout: 1500 * time.Millisecond}, detections...)
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it took %s", took)
		}
		f := func(id string, state analysis.DetectionState, findings int, why string) {
			t.Helper()
			r := results[id]
			if r.State != state || len(r.Findings) != findings {
				t.Errorf("%s: %s with %d findings, %v", id, r.State, len(r.Findings), r.Err)
			}
			if why == "" && r.Err != nil || why != "" && (r.Err == nil || !strings.Contains(r.Err.Error(), why)) {
				t.Errorf("%s: %v, want %q", id, r.Err, why)
			}
		}
		f("syntax", analysis.DetectionFailed, 0, "syntax error")
		f("gate", analysis.DetectionFailed, 0, "read_text")
		f("table", analysis.DetectionFailed, 0, "no_such_table")
		f("column", analysis.DetectionFailed, 0, "no_such_column")
		f("conversion", analysis.DetectionFailed, 0, "INT32")
		f("two", analysis.DetectionFailed, 0, "2 statements")
		f("time", analysis.DetectionFailed, 0, "column event_time")
		f("ids", analysis.DetectionFailed, 0, "column event_ids")
		f("heavy", analysis.DetectionTimedOut, 0, "longer than 1.5s")
		f("users", analysis.Evaluated, 1, "")
		f("users_too", analysis.Evaluated, 1, "")
	})
}

func TestRunStopsWhenSaveFails(t *testing.T) {
	inCase(t, []any{createUser(1, "bob")}, func(st *store.Store) {
		full := errors.New("the disk is full")
		saved := 0
		err := runOver(t.Context(), st, detect.Options{}, []analysis.Detection{of("a", created), of("b", created)}, func(analysis.DetectionResult) error {
			saved++
			return full
		})
		if !errors.Is(err, full) || saved != 1 {
			t.Errorf("%v after %d results", err, saved)
		}
	})
}

// Whoever cancels a run is told so, at whatever stage it was.
func TestRunCancelled(t *testing.T) {
	why := errors.New("the user said so")
	var detections []analysis.Detection
	for _, id := range []string{"a", "b", "c"} {
		detections = append(detections, of(id, created))
	}
	inCase(t, []any{createUser(1, "bob")}, func(st *store.Store) {
		f := func(name string, prepare func(cancel func()) (detect.Options, func(analysis.DetectionResult) error)) {
			t.Helper()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			opt, save := prepare(func() { cancel(why) })
			if err := runOver(ctx, st, opt, detections, save); !errors.Is(err, why) {
				t.Errorf("%s: %v", name, err)
			}
		}
		nothing := func(analysis.DetectionResult) error { return nil }
		f("before", func(cancel func()) (detect.Options, func(analysis.DetectionResult) error) {
			cancel()
			return detect.Options{}, nothing
		})
		f("between", func(cancel func()) (detect.Options, func(analysis.DetectionResult) error) {
			return detect.Options{Report: func(p detect.Progress) {
				if p.Done == 1 {
					cancel()
				}
			}}, nothing
		})
		f("while saving", func(cancel func()) (detect.Options, func(analysis.DetectionResult) error) {
			return detect.Options{}, func(analysis.DetectionResult) error {
				cancel()
				return context.Canceled
			}
		})
		// In the middle of a query that would run for hours.
		detections = []analysis.Detection{of("heavy", "SELECT sum(hash(a.range, b.range)) AS n FROM range(10000000) AS a, range(10000000) AS b")}
		f("running", func(cancel func()) (detect.Options, func(analysis.DetectionResult) error) {
			return detect.Options{Timeout: time.Hour, Report: func(detect.Progress) { time.AfterFunc(50*time.Millisecond, cancel) }}, nothing
		})
		// After all of it the case is as good as before.
		if r := detected(t, st, detect.Options{}, of("users", created))["users"]; len(r.Findings) != 1 {
			t.Errorf("afterwards: %+v", r)
		}
	})
}

func TestRunReportsProgress(t *testing.T) {
	inCase(t, []any{createUser(1, "bob")}, func(st *store.Store) {
		var told []string
		detected(t, st, detect.Options{Report: func(p detect.Progress) {
			told = append(told, p.Detection)
			if p.Total != 2 || p.Done != len(told)-1 || p.Findings != p.Done {
				t.Errorf("%+v", p)
			}
		}}, of("a", created), of("b", created))
		if !slices.Equal(told, []string{"a", "b"}) {
			t.Errorf("told of %q", told)
		}
	})
}
