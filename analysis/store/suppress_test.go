package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// A suppression covers what it says, and nothing that only looks like it.
func TestSuppressionCovers(t *testing.T) {
	st := notesCase(t)
	named := func(id, detection string, entities ...string) analysis.Finding {
		f := finding(id, 10, entities...)
		f.Detection = detection
		return f
	}
	two := named("two", "iam_user_created", ciDeploy, "203.0.113.7", "111122223333", "")
	two.Entities = append(two.Entities, analysis.Entity{Kind: analysis.EntitySourceIP, Value: "2001:db8:1::5"}, analysis.Entity{Kind: analysis.EntityPrincipal, Value: "arn:aws:iam::111122223333:role/Other"})
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated,
		named("user", "iam_user_created", "arn:aws:iam::111122223333:role/onboarding", "198.51.100.4", "111122223333", ""),
		named("key", "iam_key_created", "arn:aws:iam::111122223333:user/a_b", "198.51.100.200", "111122223333", ""),
		named("like", "iamXuser_created", "arn:aws:iam::111122223333:user/aXb", "198.51.101.4", "444455556666", ""),
		named("percent", "a%b", "arn:aws:iam::111122223333:user/100%", "2001:db8::1", "444455556666", ""),
		named("service", "s3_opened", "", "cloudformation.amazonaws.com", "", ""),
		two,
	)
	f := func(sup analysis.Suppression, want ...string) {
		t.Helper()
		sup.Reason, sup.Author, sup.CreatedAt = "test", "alice", noted
		id, err := st.Suppress(t.Context(), sup)
		if err != nil {
			t.Errorf("%+v: %v", sup, err)
			return
		}
		var got []string
		for _, f := range loaded(t, st, Condition{SQL: "suppression IS NOT NULL"}) {
			got = append(got, f.ID)
			if f.Suppression != id {
				t.Errorf("%s is covered by %s, not %s", f.ID, f.Suppression, id)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%+v covers %q, want %q", sup, got, want)
		}
		var detection, principal, account string
		err = st.db.QueryRowContext(t.Context(), "SELECT coalesce(detection, ''), coalesce(principal, ''), coalesce(account, '') FROM notes.suppressions WHERE suppression_id = ?", id).Scan(&detection, &principal, &account)
		if err != nil || detection != sup.Detection || principal != sup.Principal || account != sup.Account {
			t.Errorf("%+v is listed as %q, %q, %q, %v", sup, detection, principal, account, err)
		}
		if err := st.EndSuppression(t.Context(), id, noted); err != nil {
			t.Error(err)
		}
		if left := loaded(t, st, Condition{SQL: "suppression IS NOT NULL"}); len(left) > 0 {
			t.Errorf("ended, it still covers %d", len(left))
		}
	}
	f(analysis.Suppression{Detection: "iam_user_created"}, "two", "user")
	f(analysis.Suppression{Detection: "iam_*"}, "key", "two", "user")
	f(analysis.Suppression{Detection: "*created"}, "key", "like", "two", "user")
	f(analysis.Suppression{Detection: "iam*user*"}, "like", "two", "user")
	f(analysis.Suppression{Detection: "a%b"}, "percent")
	f(analysis.Suppression{Detection: "iam%"})
	f(analysis.Suppression{Detection: "IAM_USER_CREATED"})
	f(analysis.Suppression{Detection: `iam\_user_created`})
	f(analysis.Suppression{Principal: "arn:aws:iam::111122223333:role/onboarding"}, "user")
	f(analysis.Suppression{Principal: "*:user/a_b"}, "key")
	f(analysis.Suppression{Principal: "*100%"}, "percent")
	f(analysis.Suppression{Principal: "*:role/Other"}) // two has another one, too
	f(analysis.Suppression{Principal: "*"}, "key", "like", "percent", "two", "user")
	f(analysis.Suppression{SourceIP: "198.51.100.4"}, "user")
	f(analysis.Suppression{SourceIP: "198.51.100.0/24"}, "key", "user")
	f(analysis.Suppression{SourceIP: "198.51.100.77/25"}, "user")
	f(analysis.Suppression{SourceIP: "198.51.100.0/22"}, "key", "like", "user")
	f(analysis.Suppression{SourceIP: "0.0.0.0/0"}, "key", "like", "user") // two has an IPv6 address, too
	f(analysis.Suppression{SourceIP: "::/0"}, "key", "like", "percent", "two", "user")
	f(analysis.Suppression{SourceIP: "2001:db8::/32"}, "percent")
	f(analysis.Suppression{SourceIP: "2001:db8:0:0::1"}, "percent")
	f(analysis.Suppression{SourceIP: "2001:db8:1::/48"})
	f(analysis.Suppression{Account: "444455556666"}, "like", "percent")
	f(analysis.Suppression{Account: "1111*"}, "key", "two", "user")
	// Where several are given, all must fit.
	f(analysis.Suppression{Detection: "iam_user_created", Principal: "*:role/onboarding"}, "user")
	f(analysis.Suppression{Detection: "iam_*", SourceIP: "198.51.100.0/24", Account: "111122223333"}, "key", "user")
	f(analysis.Suppression{Detection: "iam_*", SourceIP: "::/0"}, "key", "two", "user")
	f(analysis.Suppression{Detection: "iam_*", Account: "444455556666"})
}

func TestSuppressRefuses(t *testing.T) {
	st := notesCase(t)
	f := func(sup analysis.Suppression, want string) {
		t.Helper()
		if id, err := st.Suppress(t.Context(), sup); !errors.Is(err, analysis.ErrUsage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %s, %v", sup, id, err)
		}
	}
	f(analysis.Suppression{Reason: "all"}, "everything")
	f(analysis.Suppression{Detection: "d"}, "reason")
	f(analysis.Suppression{Detection: "d", Reason: " "}, "reason")
	f(analysis.Suppression{SourceIP: "somewhere", Reason: "x"}, "no address")
	f(analysis.Suppression{SourceIP: "192.0.2.0/33", Reason: "x"}, "no address")
	f(analysis.Suppression{SourceIP: "192.0.2.*", Reason: "x"}, "no address")
	if err := st.EndSuppression(t.Context(), "no such", noted); !errors.Is(err, analysis.ErrNotFound) {
		t.Error(err)
	}
}

// A suppression ends by itself, stays in the list, and no later run brings it back.
func TestSuppressionExpires(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	now := time.Now().UTC()
	f := func(expires time.Time, want, state string) {
		t.Helper()
		id, err := st.Suppress(t.Context(), analysis.Suppression{Detection: "d", Reason: "test", Author: "alice", CreatedAt: now, ExpiresAt: expires})
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, st, want)
		noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
		wantStates(t, st, strings.Replace(want, " new", "", 1))
		var got string
		var covers int
		err = st.db.QueryRowContext(t.Context(), "SELECT state, covers FROM notes.suppressions WHERE suppression_id = ?", id).Scan(&got, &covers)
		if err != nil || got != state || covers > 0 != (state == "in force") {
			t.Errorf("expires %v: %s, covers %d, %v", expires, got, covers, err)
		}
		if err := st.EndSuppression(t.Context(), id, now); err != nil {
			t.Error(err)
		}
		if err := st.EndSuppression(t.Context(), id, now); !errors.Is(err, analysis.ErrNotFound) {
			t.Errorf("ended twice: %v", err)
		}
	}
	f(now.Add(-time.Hour), "a open new", "expired")
	f(now.Add(time.Hour), "a open suppressed", "in force")
	f(time.Time{}, "a open suppressed", "in force")
	var n int
	if err := st.db.QueryRowContext(t.Context(), "SELECT count(*) FROM notes.suppressions WHERE state = 'ended'").Scan(&n); err != nil || n != 3 {
		t.Errorf("%d are listed as ended, %v", n, err)
	}
}

// What is known reaches the queries, as accounts, addresses and principals.
func TestKnownReachesQueries(t *testing.T) {
	st := notesCase(t)
	know := func(kind analysis.EntityKind, value, name string) {
		t.Helper()
		if err := st.Know(t.Context(), analysis.Known{Kind: kind, Value: value, Name: name}, "alice", noted); err != nil {
			t.Fatal(err)
		}
	}
	know(analysis.EntityAccount, "444455556666", "first name")
	know(analysis.EntityAccount, "444455556666", "it's shared")
	know(analysis.EntitySourceIP, "198.51.100.0/24", "")
	know(analysis.EntityPrincipal, "arn:aws:iam::444455556666:role/backup", "")
	if err := st.Forget(t.Context(), analysis.Known{Kind: analysis.EntityPrincipal, Value: "arn:aws:iam::444455556666:role/backup"}); err != nil {
		t.Fatal(err)
	}
	known, err := st.Known(t.Context())
	want := []analysis.Known{{Kind: analysis.EntityAccount, Value: "444455556666", Name: "it's shared"}, {Kind: analysis.EntitySourceIP, Value: "198.51.100.0/24"}}
	if err != nil || !slices.Equal(known, want) {
		t.Fatalf("known %+v, %v", known, err)
	}
	p, err := st.Probe(t.Context(), analysis.Scope{}, ProbeOptions{Known: known, Relations: map[string]string{"noisy": "SELECT 'sts:GetCallerIdentity' AS operation"}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	f := func(sql, want string) {
		t.Helper()
		for _, view := range []analysis.View{ViewScope, ViewBaseline} {
			if err := p.Use(t.Context(), view); err != nil {
				t.Fatal(err)
			}
			var rows []string
			err := p.Rows(t.Context(), sql, func(row []byte) error {
				rows = append(rows, string(row))
				return nil
			})
			if got := strings.Join(rows, "\n"); err != nil || got != want {
				t.Errorf("%s: %s, %v", sql, got, err)
			}
		}
	}
	f("SELECT kind, value, name FROM known ORDER BY kind", `{"kind":"account_id","value":"444455556666","name":"it's shared"}`+"\n"+`{"kind":"source_ip","value":"198.51.100.0/24","name":""}`)
	f("SELECT count(*) AS n FROM events WHERE account_id NOT IN (SELECT value FROM known WHERE kind = 'account_id')", `{"n":3}`)
	f("SELECT count(*) AS n FROM events JOIN noisy USING (operation)", `{"n":1}`)
	f("SELECT count(*) AS n FROM subject", `{"n":0}`)
	f("SELECT since IS NULL AND until IS NULL AS open FROM scope", `{"open":true}`)
}

// The detections are due when events came after the last run over all of the case.
func TestDetectionDue(t *testing.T) {
	st := notesCase(t)
	f := func(want bool) {
		t.Helper()
		if due, err := st.DetectionDue(t.Context()); due != want || err != nil {
			t.Errorf("due %v, %v", due, err)
		}
	}
	run := func(scope analysis.Scope, began time.Time) {
		t.Helper()
		r, err := st.BeginRun(t.Context(), scope, true, "trailbench test", began)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.End(t.Context(), began); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now().UTC()
	f(true)
	run(analysis.Scope{Accounts: []string{"111122223333"}}, now.Add(time.Hour))
	f(true)
	run(analysis.Scope{Since: noted}, now.Add(time.Hour))
	f(true)
	run(analysis.Scope{}, now.Add(-time.Hour))
	f(true)
	run(analysis.Scope{}, now.Add(time.Hour))
	f(false)
}

// A channel is told of each finding once, and of nothing that was there before it began.
func TestAnnouncing(t *testing.T) {
	st := notesCase(t)
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	news := func(channel string) (ids string) {
		t.Helper()
		where := Condition{SQL: "finding_id NOT IN (SELECT finding_id FROM notes.announced WHERE channel = ?)", Args: []any{channel}}
		for _, f := range loaded(t, st, where) {
			ids += f.ID
		}
		return ids
	}
	begin := func(channel string, backlog bool, want string) {
		t.Helper()
		if err := st.BeginAnnouncing(t.Context(), channel, backlog, noted); err != nil {
			t.Fatal(err)
		}
		if got := news(channel); got != want {
			t.Errorf("%s: news %s, want %s", channel, got, want)
		}
	}
	begin("empty", false, "")
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	begin("empty", false, "a") // it began before
	begin("later", false, "")
	begin("backlog", true, "a")
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10), finding("b", 11))
	begin("empty", false, "ab") // and was told of nothing yet
	begin("later", false, "b")
	begin("backlog", false, "ab")
	if err := st.NoteAnnounced(t.Context(), "later", r, Condition{SQL: "finding_id = ?", Args: []any{"b"}}, noted); err != nil {
		t.Fatal(err)
	}
	begin("later", false, "")
	begin("empty", true, "ab")
}
