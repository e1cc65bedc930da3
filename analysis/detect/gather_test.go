package detect_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
)

// A finding is the same one on every run, whatever else the scope holds: what the
// analyst decided hangs on its id.
func TestFindingIDsAreStable(t *testing.T) {
	users := of("users", created)
	at := func(hour, minute int) time.Time { return time.Date(2026, 1, 15, hour, minute, 0, 0, time.UTC) }
	later := with(createUser(3, "bob"), "eventTime", "2026-01-16T10:00:00Z")
	other := createUser(4, "bob")
	other["userIdentity"] = map[string]any{"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/carol", "accountId": "111122223333"}
	records := []any{createUser(1, "bob"), createUser(2, "eve"), later, other}
	inCase(t, records, func(st *store.Store) {
		ids := func(opt detect.Options, detections ...analysis.Detection) []string {
			var all []string
			for _, r := range detected(t, st, opt, detections...) {
				for _, f := range r.Findings {
					all = append(all, f.ID)
				}
			}
			return all
		}
		first := ids(detect.Options{}, users)
		if len(first) != 4 || len(slices.Compact(slices.Sorted(slices.Values(first)))) != 4 {
			t.Fatalf("ids %q of four findings: by day, principal and user", first)
		}
		if again := ids(detect.Options{}, users); !slices.Equal(first, again) {
			t.Errorf("then %q, now %q", first, again)
		}
		narrow := ids(detect.Options{Scope: analysis.Scope{Since: at(10, 2), Until: at(10, 3)}}, users)
		if len(narrow) != 1 || narrow[0] != first[1] {
			t.Errorf("in a narrower scope %q, of %q", narrow, first)
		}
		// Neither the SQL nor the words make the id.
		users.SQL, users.Title, users.Severity = strings.Replace(created, "'created '", "'made '", 1), "other", analysis.Low
		if reworded := ids(detect.Options{}, users); !slices.Equal(first, reworded) {
			t.Errorf("after the detection changed %q, before %q", reworded, first)
		}
		users.ID = "another"
		if another := ids(detect.Options{}, users); slices.Contains(first, another[0]) {
			t.Errorf("two detections share the finding %s", another[0])
		}
	})
}

// Rows with the same key on the same day are one finding.
func TestRowsOfOneKeyAndDayAreOneFinding(t *testing.T) {
	d := of("users", strings.Replace(created, "AS summary", "AS summary, event_time AS noted_at, event_name", 1))
	d.Key, d.Attack = []string{"principal_arn", "nonsense"}, []string{"T1136.003"}
	tomorrow := with(createUser(4, "dan"), "eventTime", "2026-01-16T00:00:00Z", "sourceIPAddress", "203.0.113.7")
	records := []any{createUser(3, "eve"), with(createUser(1, "bob"), "sourceIPAddress", "198.51.100.2"), createUser(2, "carol"), tomorrow}
	inCase(t, records, func(st *store.Store) {
		r := detected(t, st, detect.Options{}, d)["users"]
		if len(r.Findings) != 2 || r.Rows != 4 {
			t.Fatalf("%d findings of %d rows", len(r.Findings), r.Rows)
		}
		f := r.Findings[0]
		if f.Summary != "created bob" || f.Count != 3 || !f.FirstTime.Equal(time.Date(2026, 1, 15, 10, 1, 0, 0, time.UTC)) || !f.LastTime.Equal(time.Date(2026, 1, 15, 10, 3, 0, 0, time.UTC)) {
			t.Errorf("%+v", f)
		}
		if got := slices.Sorted(slices.Values(f.EventIDs)); !slices.Equal(got, []string{eventID(1), eventID(2), eventID(3)}) {
			t.Errorf("events %q", got)
		}
		if f.Status != analysis.FindingOpen || f.Severity != analysis.High || f.Title != "users" || !slices.Equal(f.Attack, d.Attack) {
			t.Errorf("%+v", f)
		}
		for _, want := range []analysis.Entity{
			{Kind: analysis.EntityPrincipal, Value: "arn:aws:iam::111122223333:user/alice"},
			{Kind: analysis.EntitySourceIP, Value: "198.51.100.2"},
			{Kind: analysis.EntitySourceIP, Value: "192.0.2.10"},
			{Kind: analysis.EntityResource, Value: "carol"},
			{Kind: analysis.EntityAccount, Value: "111122223333"},
			{Kind: analysis.EntityRegion, Value: "us-east-1"},
		} {
			if n := len(slices.DeleteFunc(slices.Clone(f.Entities), func(e analysis.Entity) bool { return e != want })); n != 1 {
				t.Errorf("%+v is there %d times: %+v", want, n, f.Entities)
			}
		}
		if len(f.Attributes) != 2 || f.Attributes[0] != (analysis.Attribute{Name: "noted_at", JSON: `"2026-01-15 10:01:00"`}) || f.Attributes[1].JSON != `"CreateUser"` {
			t.Errorf("attributes %+v", f.Attributes)
		}
	})
}

// However many rows one finding has, they are gathered in a moment.
func TestManyRowsOfOneFinding(t *testing.T) {
	inCase(t, []any{createUser(1, "bob")}, func(st *store.Store) {
		sql := "SELECT event_time, [CAST(i.range AS VARCHAR)] AS event_ids, principal_arn, '10.' || (i.range // 65536) || '.' || (i.range // 256 % 256) || '.' || (i.range % 256) AS source_ip " +
			"FROM events, range(100000) AS i WHERE operation = 'iam:CreateUser'"
		r := detected(t, st, detect.Options{Timeout: 30 * time.Second}, of("d", sql))["d"]
		if len(r.Findings) != 1 || r.Findings[0].Count != 100000 || len(r.Findings[0].Entities) != 100001 || r.Rows != 100000 {
			t.Errorf("%s, %v, %d findings of %d rows", r.State, r.Err, len(r.Findings), r.Rows)
		}
	})
}

// What a row may leave empty, and what DuckDB can say and JSON cannot.
func TestRowsWithoutValues(t *testing.T) {
	inCase(t, []any{createUser(1, "bob")}, func(st *store.Store) {
		f := func(columns string, check func(analysis.Finding) bool) {
			t.Helper()
			sql := "SELECT " + columns + " FROM events WHERE operation = 'iam:CreateUser'"
			r := detected(t, st, detect.Options{}, of("d", sql))["d"]
			if r.Err != nil || len(r.Findings) != 1 || !check(r.Findings[0]) {
				t.Errorf("%s: %v %+v", columns, r.Err, r.Findings)
			}
		}
		f("event_time, [event_id] AS event_ids", func(f analysis.Finding) bool {
			return f.Count == 1 && f.Summary == "" && len(f.Entities) == 0 && f.LastTime.Equal(f.FirstTime)
		})
		f("CAST(NULL AS TIMESTAMP) AS event_time, CAST(NULL AS VARCHAR[]) AS event_ids, CAST(NULL AS VARCHAR) AS principal_arn, '' AS source_ip", func(f analysis.Finding) bool {
			return f.Count == 0 && f.FirstTime.IsZero() && len(f.Entities) == 0
		})
		f("event_time, [event_id, NULL, event_id, ''] AS event_ids", func(f analysis.Finding) bool { return f.Count == 1 })
		f("event_time, event_time + INTERVAL 90 MINUTE AS last_time, [event_id] AS event_ids", func(f analysis.Finding) bool {
			return f.LastTime.Sub(f.FirstTime) == 90*time.Minute
		})
		f("event_time + INTERVAL 123456 MICROSECOND AS event_time, [event_id] AS event_ids", func(f analysis.Finding) bool {
			return f.FirstTime.Nanosecond() == 123456000
		})
		f(`event_time, [event_id] AS event_ids, {'a': 1, 'b': ['x"y']} AS nested, 12345678901234567890 AS big, chr(7) AS bell`, func(f analysis.Finding) bool {
			return len(f.Attributes) == 3 && f.Attributes[0].JSON == `{"a":1,"b":["x\"y"]}` && f.Attributes[1].JSON == "12345678901234567890" && f.Attributes[2].JSON == `"\u0007"`
		})
		f("event_time, [event_id] AS event_ids, 1.0::DOUBLE / 0 AS share, 0.0::DOUBLE / 0 AS none, 'NaN, \"Infinity' AS words", func(f analysis.Finding) bool {
			return len(f.Attributes) == 3 && f.Attributes[0].JSON == "null" && f.Attributes[1].JSON == "null" && f.Attributes[2].JSON == `"NaN, \"Infinity"`
		})
	})
}

// A baseline compares with what was before the scope, and speaks of the scope only.
func TestBaselineSpeaksOfTheScope(t *testing.T) {
	sql := `SELECT min(event_time) AS event_time, [min_by(event_id, event_time)] AS event_ids, principal_arn, source_ip AS resource, 'new address' AS summary,
  min(min(event_time)) OVER () AS begins
  FROM events WHERE operation = 'iam:CreateUser' GROUP BY principal_arn, source_ip`
	baseline := of("addresses", sql)
	baseline.Baseline = true
	activity := of("activity", "SELECT min(first_time) AS event_time, [min(first_event_id)] AS event_ids, source_ip AS resource FROM activity GROUP BY source_ip")
	activity.Baseline = true
	day := func(n int, day, ip string) map[string]any {
		return with(createUser(n, "bob"), "eventTime", "2026-01-"+day+"T10:00:00Z", "sourceIPAddress", ip)
	}
	records := []any{day(1, "10", "192.0.2.1"), day(2, "15", "192.0.2.1"), day(3, "16", "203.0.113.7"), day(4, "20", "198.51.100.1")}
	inCase(t, records, func(st *store.Store) {
		scope := analysis.Scope{Since: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 1, 18, 0, 0, 0, 0, time.UTC)}
		results := detected(t, st, detect.Options{Scope: scope}, baseline, activity)
		for _, id := range []string{"addresses", "activity"} {
			r := results[id]
			if len(r.Findings) != 1 || r.Findings[0].First(analysis.EntityResource) != "203.0.113.7" || r.Rows != 1 {
				t.Errorf("%s: %v %+v", id, r.Err, r.Findings)
			}
		}
		if r := results["addresses"]; len(r.Findings) == 1 && r.Findings[0].Attributes[0].JSON != `"2026-01-10 10:00:00"` {
			t.Errorf("it does not see what was before the scope: %+v", r.Findings[0].Attributes)
		}
		// The same SQL without the word sees the scope alone.
		baseline.Baseline = false
		if r := detected(t, st, detect.Options{Scope: scope}, baseline)["addresses"]; len(r.Findings) != 2 {
			t.Errorf("%+v", r.Findings)
		}
	})
}
