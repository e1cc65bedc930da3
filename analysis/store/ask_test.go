package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func reader(t *testing.T, st *Store, scope analysis.Scope) *Reader {
	t.Helper()
	r, err := st.Reader(context.Background(), scope)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// answer returns the rows of a, each value as text, NULL as "∅".
func answer(t *testing.T, a *Answer, err error) [][]string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var all [][]string
	for a.Next() {
		var row []string
		for _, v := range a.Values() {
			switch v := v.(type) {
			case nil:
				row = append(row, "∅")
			case time.Time:
				row = append(row, v.Format(time.RFC3339))
			default:
				row = append(row, fmt.Sprint(v))
			}
		}
		all = append(all, row)
	}
	if err := a.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEventsAreOldestFirstAndLimitKeepsTheLatest(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	f := func(where Condition, limit int, want ...string) {
		t.Helper()
		a, err := r.Ask(context.Background(), Events(fields("event_name"), where, limit))
		var got []string
		for _, row := range answer(t, a, err) {
			got = append(got, row[0])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(Condition{}, 0, "StopInstances", "GetCallerIdentity", "CreateUser", "GetObject", "RunInstances")
	f(Condition{}, 2, "GetObject", "RunInstances")
	f(Condition{SQL: "mutating AND account_id = ?", Args: []any{"111122223333"}}, 0, "CreateUser")
	f(And(Condition{SQL: "mutating"}, Condition{}, Condition{SQL: "error_code IS NULL OR false"}), 1, "RunInstances")
}

func TestScopeStandsInFrontOfEveryView(t *testing.T) {
	st := askCase(t)
	f := func(scope analysis.Scope, sql string, want ...string) {
		t.Helper()
		r := reader(t, st, scope)
		a, err := r.Query(context.Background(), sql)
		var got []string
		for _, row := range answer(t, a, err) {
			got = append(got, strings.Join(row, " "))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: %s: got %q, want %q", scope, sql, got, want)
		}
	}
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	count := "SELECT count(*) FROM events"
	f(analysis.Scope{}, count, "5")
	f(analysis.Scope{Accounts: []string{"444455556666"}}, count, "2")
	f(analysis.Scope{Accounts: []string{"444455556666", "111122223333"}}, count, "5")
	f(analysis.Scope{Regions: []string{"ap-*", "eu-west-1"}}, count, "2")
	f(analysis.Scope{Regions: []string{"us_east*"}}, count, "0")
	f(analysis.Scope{Regions: []string{"x' OR true --"}}, count, "0")
	f(analysis.Scope{Since: at("2026-01-15T02:00:00Z"), Until: at("2026-01-15T05:31:00Z")}, count, "2")
	f(analysis.Scope{Accounts: []string{"111122223333"}}, "SELECT account_id, events FROM accounts", "111122223333 3")
	f(analysis.Scope{Accounts: []string{"444455556666"}}, "SELECT count(*) FROM event_resources", "0")
	f(analysis.Scope{Accounts: []string{"444455556666"}}, "SELECT count(*) FROM resources", "0")
	f(analysis.Scope{Regions: []string{"eu-*"}}, "SELECT DISTINCT region FROM coverage", "eu-west-1")
	f(analysis.Scope{}, count, "5") // nothing is left on the pooled connections
}

func TestAnswerKeepsEveryDigit(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	f := func(sql string, kind Kind, want string) {
		t.Helper()
		a, err := r.Query(context.Background(), sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if got := a.Columns()[0].Kind; got != kind {
			t.Errorf("%s: kind %v, want %v", sql, got, kind)
		}
		if got := answer(t, a, nil); len(got) != 1 || got[0][0] != want {
			t.Errorf("%s: got %q, want %q", sql, got, want)
		}
	}
	f("SELECT 170141183460469231731687303715884105727::HUGEINT", Number, "170141183460469231731687303715884105727")
	f("SELECT sum(1)", Number, "1")
	f("SELECT 1.50::DECIMAL(9,2)", Number, "1.5")
	f("SELECT 'nan'::DOUBLE", Number, "NaN")
	f("SELECT [1, 2]", Text, "[1,2]")
	f("SELECT {'b': 1, 'a': 'x'}", Text, `{"b":1,"a":"x"}`)
	f("SELECT MAP {'k': 12345678901234567890}", Text, `{"k":12345678901234567890}`)
	f("SELECT event_uuid FROM events WHERE event_name = 'GetObject'", Text, "11111111-0000-4000-8000-000000000003")
	f("SELECT request_parameters FROM events WHERE event_name = 'CreateUser'", JSON, `{"userName":"svc-backup","big":12345678901234567890}`)
	f("SELECT INTERVAL 90 MINUTE", Text, "01:30:00")
	f("SELECT DATE '2026-01-15'", Text, "2026-01-15")
	f(`SELECT 'a\xAAb'::BLOB`, Text, `a\xAAb`)
	f("SELECT count(*) = 5 FROM events", Bool, "true")
	f("SELECT event_time FROM events WHERE event_name = 'CreateUser' -- and a remark;", Time, "2026-01-15T02:00:00Z")
	f("SELECT [1]; -- two things at the end\n;", Text, "[1]")
}

func TestQuestionsRun(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	f := func(q Question, rows int, firsts ...string) {
		t.Helper()
		a, err := r.Ask(context.Background(), q)
		got := answer(t, a, err)
		if len(got) != rows {
			t.Fatalf("%d rows, want %d: %q", len(got), rows, got)
		}
		for i, want := range firsts {
			if line := strings.Join(got[i], " "); line != want {
				t.Errorf("row %d is %q, want %q", i, line, want)
			}
		}
	}
	narrow := Condition{SQL: "account_id = ?", Args: []any{"111122223333"}}
	f(Top(Field{Name: "p", SQL: "principal_arn"}, Condition{}, 0), 4,
		"arn:aws:iam::111122223333:user/ci-deploy 2 40 1 2026-01-15T01:00:00Z 2026-01-15T02:00:00Z")
	f(Top(Field{Name: "p", SQL: "operation"}, narrow, 1), 1, "iam:CreateUser 1 33.33 1 2026-01-15T02:00:00Z 2026-01-15T02:00:00Z")
	resource := Field{Name: "resource", SQL: "resource_id", Resource: true}
	f(Top(resource, Condition{SQL: "mutating"}, 0), 1, "svc-backup 1 100 1 2026-01-15T02:00:00Z 2026-01-15T02:00:00Z")
	f(Events([]Field{{Name: "id", SQL: "event_name"}, resource}, Condition{SQL: "event_name LIKE 'C%'"}, 3), 1, "CreateUser svc-backup")
	f(Timeline(Condition{}, time.Hour), 5,
		"2026-01-15T01:00:00Z 1 0 0 1", "2026-01-15T02:00:00Z 1 1 1 1", "2026-01-15T03:00:00Z 0 0 0 0")
	f(Timeline(narrow, 24*time.Hour), 1, "2026-01-15T00:00:00Z 3 1 1 2")
	f(Coverage(), 5,
		"111122223333 us-east-1 2026-01-15T01:00:00Z 1 1 Management false",
		"111122223333 us-east-1 2026-01-15T02:00:00Z 1 1 Management false",
		"111122223333 us-east-1 2026-01-15T03:00:00Z 2 0 ∅ true",
		"111122223333 us-east-1 2026-01-15T05:00:00Z 1 1 Data false")
	f(Objects(Condition{SQL: "status = ?", Args: []any{"damaged"}}), 1)
	f(Problems(), 2, "damaged gzip: unexpected end 1 1 s3://amzn-s3-demo-bucket/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/b.json.gz")
	f(Status(), 15, "case events 3 5 1 0 2026-01-15T01:00:00Z 2026-01-15T05:31:00Z 1210", "source s3://amzn-s3-demo-bucket 2 6 1 0 2026-01-15T01:00:00Z 2026-01-15T05:31:00Z 1200")
	f(Values(Field{Name: "op", SQL: "operation"}, "ec2:", 10), 2, "ec2:RunInstances 1", "ec2:StopInstances 1")
	f(EventByID(fields("event_name"), "odd id"), 1, "StopInstances")
	f(EventByID(fields("event_name", "damaged"), "11111111-0000-4000-8000-000000000002"), 1, "CreateUser false")
	f(ResourcesOf("11111111-0000-4000-8000-000000000002"), 1, "created AWS::IAM::User svc-backup ∅ 111122223333 us-east-1 rule")
	a, err := r.Ask(context.Background(), Overview())
	sections := map[string]int{}
	for _, row := range answer(t, a, err) {
		sections[row[0]]++
	}
	if sections["accounts"] != 2 || sections["principals"] != 3 || sections["errors"] != 1 || sections["first seen"] == 0 {
		t.Errorf("overview has %v", sections)
	}
	if n, err := r.Count(context.Background(), EventCount(narrow)); n != 3 || err != nil {
		t.Errorf("count: %d, %v", n, err)
	}
}

func TestEveryEventFieldIsAColumn(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	a, err := r.Ask(context.Background(), Events(EventFields(), Condition{}, 1))
	if got := answer(t, a, err); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

func TestEventIDsCompletesABeginning(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	f := func(prefix string, limit int, want ...string) {
		t.Helper()
		got, err := r.EventIDs(context.Background(), prefix, limit)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, %v; want %q", prefix, got, err, want)
		}
	}
	f("11111111", 2, "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002")
	f("11111111-0000-4000-8000-000000000003"[:35], 9, "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002",
		"11111111-0000-4000-8000-000000000003", "11111111-0000-4000-8000-000000000004")
	f("11111112", 9)
	f("1111", 9)
	f("odd id", 9)
}

func TestDeliveriesNameEveryCopy(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	ctx := context.Background()
	got, err := r.Deliveries(ctx, "11111111-0000-4000-8000-000000000001")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !got[0].Kept || got[0].Differs || !got[0].HasBody || got[1].Kept || !got[1].Differs || got[1].HasBody || got[1].ObjectStatus != "damaged" {
		t.Errorf("got %+v", got)
	}
	body, err := r.Body(ctx, got[0].ObjectID)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(body); string(text) != "abcdefg" || err != nil {
		t.Errorf("body %q, %v", text, err)
	}
	if _, err := r.Body(ctx, got[1].ObjectID); !errors.Is(err, analysis.ErrNotFound) {
		t.Errorf("a body that was not kept: %v", err)
	}
	if _, err := r.Deliveries(ctx, "nothing"); !errors.Is(err, analysis.ErrNotFound) {
		t.Errorf("an event that is not there: %v", err)
	}
}

func TestCopyParquet(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "it's.parquet")
	if err := r.CopyParquet(ctx, Events(fields("event_time", "event_name"), Condition{SQL: "event_name <> ?", Args: []any{"GetObject"}}, 0), path); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := r.conn.QueryRowContext(ctx, "SELECT count(*) FROM read_parquet("+quote(path)+")").Scan(&n); n != 4 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
}

// What is asked of the tables where there is no scope has the same answer as what is asked
// of the views.
func TestPlacesOfTheWholeCase(t *testing.T) {
	st := askCase(t)
	places := func(scope analysis.Scope) string {
		t.Helper()
		a, err := reader(t, st, scope).Ask(t.Context(), Places())
		return fmt.Sprint(answer(t, a, err))
	}
	whole, scoped := places(analysis.Scope{}), places(analysis.Scope{Regions: []string{"*"}})
	if whole == "" || whole != scoped {
		t.Errorf("of the tables:\n%s\nof the views:\n%s", whole, scoped)
	}
}
