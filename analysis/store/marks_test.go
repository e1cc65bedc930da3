package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

const eventID = "11111111-0000-4000-8000-00000000000"

func ref(kind analysis.RefKind, id string) analysis.Ref { return analysis.Ref{Kind: kind, ID: id} }

// setMarks stores marks and returns those that were there before.
func setMarks(t *testing.T, st *Store, marks ...analysis.Mark) []analysis.Mark {
	t.Helper()
	before, err := st.SetMarks(t.Context(), marks, "alice", noted)
	if err != nil {
		t.Fatal(err)
	}
	return before
}

// marksText is the marks of a case in a line.
func marksText(t *testing.T, st *Store) string {
	t.Helper()
	all, err := st.AllMarks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, m := range all {
		parts = append(parts, fmt.Sprintf("%s %s %t %q %v %s", m.Ref.Kind, m.Ref.ID, m.Starred, m.Note, m.Tags, m.Author))
	}
	return strings.Join(parts, "; ")
}

// The last change counts, within one microsecond too; all are kept; and what was there
// before, set again, undoes.
func TestMarks(t *testing.T) {
	st := notesCase(t)
	key, event := ref(analysis.RefKey, "AKIAIOSFODNN7EXAMPLE"), ref(analysis.RefEvent, "odd id")
	before := setMarks(t, st, analysis.Mark{Ref: key, Starred: true}, analysis.Mark{Ref: event, Note: "it's\n\"odd\"", Tags: []string{"a", "b"}})
	if len(before) != 2 || before[0].Ref != key || before[0].Starred || before[1].Note != "" {
		t.Errorf("before: %+v", before)
	}
	was := setMarks(t, st, analysis.Mark{Ref: key}, analysis.Mark{Ref: event, Starred: true})
	if got, want := marksText(t, st), `event odd id true "" [] alice`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	setMarks(t, st, was...)
	if got, want := marksText(t, st), `event odd id false "it's\n\"odd\"" [a b] alice; key AKIAIOSFODNN7EXAMPLE true "" [] alice`; got != want {
		t.Errorf("undone:\ngot  %s\nwant %s", got, want)
	}
	some, err := st.Marks(t.Context(), []analysis.Ref{key, ref(analysis.RefIP, "203.0.113.7")})
	if err != nil || len(some) != 1 || !some[key].Starred || !some[key].At.Equal(noted) {
		t.Errorf("%+v, %v", some, err)
	}
	if none, err := st.Marks(t.Context(), nil); err != nil || len(none) > 0 {
		t.Errorf("marks of nothing: %+v, %v", none, err)
	}
	var changes int
	if err := st.db.QueryRow("SELECT count(*) FROM notes.mark_changes").Scan(&changes); err != nil || changes != 6 {
		t.Errorf("%d changes kept, %v", changes, err)
	}
}

// The analyst goes on working while the detections run in the same process.
func TestNotesWhileARunWrites(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	r, err := st.BeginRun(t.Context(), analysis.Scope{}, true, "trailbench test", noted)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Abandon()
	longer := finding("a", 10)
	longer.Summary = "found more"
	if err := r.Save(t.Context(), analysis.DetectionResult{Detection: analysis.Detection{ID: "d"}, State: analysis.Evaluated, Findings: []analysis.Finding{longer}}); err != nil {
		t.Fatal(err)
	}
	if err := r.saveFindings(t.Context(), r.pending); err != nil { // the rows are written, not committed
		t.Fatal(err)
	}
	r.pending = nil
	setMarks(t, st, analysis.Mark{Ref: ref(analysis.RefFinding, "a"), Starred: true})
	before, err := st.Decide(t.Context(), []string{"a"}, analysis.FindingConfirmed, "yes", "alice", noted)
	if err != nil || before["a"] != analysis.FindingOpen {
		t.Errorf("decide: %v, %v", before, err)
	}
	if err := st.SetSummary(t.Context(), "meanwhile", "alice", noted); err != nil {
		t.Error(err)
	}
	if _, err := r.End(t.Context(), noted); err != nil {
		t.Fatal(err)
	}
	wantStates(t, st, "a confirmed")
	if a := loaded(t, st, Condition{})[0]; a.Summary != "found more" || a.Note != "yes" {
		t.Errorf("%q, %q", a.Summary, a.Note)
	}
	if got := marksText(t, st); got != `finding a true "" [] alice` {
		t.Error(got)
	}
}

// Where another transaction changed the same row first, the change is tried again; what
// is wrong by itself is not.
func TestChangeIsTriedAgain(t *testing.T) {
	st := notesCase(t)
	if err := st.SaveSession(t.Context(), "one", "alice", noted); err != nil {
		t.Fatal(err)
	}
	tries := 0
	err := st.change(t.Context(), "test", func(tx *sql.Tx) error {
		if tries++; tries == 1 {
			var n int
			if err := tx.QueryRow("SELECT count(*) FROM notes.kept").Scan(&n); err != nil {
				return err
			}
			if _, err := st.db.Exec("UPDATE notes.kept SET text = 'other'"); err != nil {
				return err
			}
		}
		_, err := tx.Exec("UPDATE notes.kept SET text = text || ' and mine'")
		return err
	})
	if got, _ := st.Session(t.Context()); err != nil || tries != 2 || got != "other and mine" {
		t.Errorf("%q after %d tries, %v", got, tries, err)
	}
	tries = 0
	err = st.change(t.Context(), "test", func(*sql.Tx) error { tries++; return analysis.ErrUsage })
	if !errors.Is(err, analysis.ErrUsage) || tries != 1 {
		t.Errorf("%d tries, %v", tries, err)
	}
}

func TestNotesOfManyGoroutines(t *testing.T) {
	st := notesCase(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := st.SaveSession(context.Background(), fmt.Sprint(i), "alice", noted); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	var n int
	if err := st.db.QueryRow("SELECT count(*) FROM notes.case_texts").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d sessions, %v", n, err)
	}
}

// A case file from before the notebook is read as one with an empty notebook, and gets
// one when it is opened for writing.
func TestCaseFileBeforeTheNotebook(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	for _, stmt := range []string{
		"DROP VIEW notes.marks", "DROP VIEW notes.mark_changes", "DROP VIEW notes.story_entries", "DROP VIEW notes.saved_views", "DROP VIEW notes.case_texts",
		"DROP TABLE notes.marked", "DROP TABLE notes.written", "DROP TABLE notes.kept",
		"DROP VIEW notes.snapshots", "DROP VIEW notes.resource_snapshots", "DROP VIEW notes.posture_results", "DROP VIEW notes.own_sessions", "DROP VIEW notes.account_directory",
		"DROP TABLE notes.looked_up", "DROP TABLE notes.own_credentials", "DROP TABLE notes.account_entries", "DROP TABLE notes.account_checks",
		"DROP TABLE notes.posture_runs", "DROP TABLE notes.posture_rows", "UPDATE notes.meta SET value = '3' WHERE key = 'schema_version'",
	} {
		if _, err := st.db.Exec(stmt); err != nil {
			t.Fatal(err)
		}
	}
	dir := st.Dir()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	old := openNotes(t, dir, NotesRead)
	wantStates(t, old, "a open new")
	story, err := old.Story(t.Context())
	indicators, err2 := old.Indicators(t.Context())
	views, err3 := old.Views(t.Context())
	summary, err4 := old.Summary(t.Context())
	if err := errors.Join(err, err2, err3, err4); err != nil || len(story)+len(indicators)+len(views)+len(summary) > 0 || marksText(t, old) != "" {
		t.Errorf("%v %v %v %q, %v", story, indicators, views, summary, err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	st = openNotes(t, dir, NotesWrite)
	setMarks(t, st, analysis.Mark{Ref: ref(analysis.RefFinding, "a"), Starred: true})
	wantStates(t, st, "a open new")
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if got := marksText(t, openNotes(t, dir, NotesRead)); got != `finding a true "" [] alice` {
		t.Error(got)
	}
}

// Without a case file the notebook is empty.
func TestNoCaseFile(t *testing.T) {
	st := askCase(t)
	story, err := st.Story(t.Context())
	session, err2 := st.Session(t.Context())
	if err := errors.Join(err, err2); err != nil || len(story) > 0 || session != "" || marksText(t, st) != "" {
		t.Errorf("%v %q, %v", story, session, err)
	}
}

func TestSummaryAndViews(t *testing.T) {
	st := notesCase(t)
	for _, text := range []string{"first", "It's \"over\".\nReally."} {
		if err := st.SetSummary(t.Context(), text, "alice", noted); err != nil {
			t.Fatal(err)
		}
		if got, err := st.Summary(t.Context()); err != nil || got != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := st.SetSummary(t.Context(), "", "alice", noted); err != nil {
		t.Fatal(err)
	}
	if got, err := st.Summary(t.Context()); err != nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	list := analysis.List{Of: analysis.ListEvents, Filter: `op=iam:* "it's"`, Scope: analysis.Scope{Since: noted, Regions: []string{"us-*"}}, Sort: []analysis.Order{{Column: "event_time", Descending: true}}}
	for _, l := range []analysis.List{{Of: analysis.ListFindings}, list} {
		if err := st.SaveView(t.Context(), "writes of IAM", l, "alice", noted); err != nil {
			t.Fatal(err)
		}
	}
	views, err := st.Views(t.Context())
	if err != nil || len(views) != 1 || views[0].Name != "writes of IAM" || views[0].Author != "alice" || !views[0].At.Equal(noted) ||
		fmt.Sprint(views[0].List.Args()) != fmt.Sprint(list.Args()) {
		t.Errorf("%+v, %v", views, err)
	}
	if err := st.SaveView(t.Context(), " ", list, "alice", noted); !errors.Is(err, analysis.ErrUsage) {
		t.Errorf("without a name: %v", err)
	}
	if err := st.DropView(t.Context(), "no such"); !errors.Is(err, analysis.ErrNotFound) {
		t.Errorf("drop nothing: %v", err)
	}
	if err := st.DropView(t.Context(), "writes of IAM"); err != nil {
		t.Error(err)
	}
	if views, err = st.Views(t.Context()); err != nil || len(views) > 0 {
		t.Errorf("%+v, %v", views, err)
	}
}

func TestStoryIsInOrderOfTime(t *testing.T) {
	st := notesCase(t)
	f := finding("aaaaaaaa", 15)
	f.EventIDs = []string{eventID + "2"}
	nothing := finding("bbbbbbbb", 15)
	nothing.EventIDs, nothing.Attack = []string{eventID + "2"}, []string{"T1078"}
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, f, nothing)
	if _, err := st.Decide(t.Context(), []string{"bbbbbbbb"}, analysis.FindingFalsePositive, "", "bob", noted); err != nil {
		t.Fatal(err)
	}
	setMarks(t, st,
		analysis.Mark{Ref: ref(analysis.RefEvent, eventID+"4"), Note: "they are in"},
		analysis.Mark{Ref: ref(analysis.RefEvent, eventID+"2"), Starred: true, Tags: []string{"persistence"}},
		analysis.Mark{Ref: ref(analysis.RefEvent, eventID+"1"), Tags: []string{"only tagged"}},
		analysis.Mark{Ref: ref(analysis.RefEvent, "gone"), Starred: true},
		analysis.Mark{Ref: ref(analysis.RefFinding, "aaaaaaaa"), Starred: true},
		analysis.Mark{Ref: ref(analysis.RefIP, "203.0.113.7"), Starred: true},
	)
	id, err := st.SetEntry(t.Context(), analysis.StoryLine{Time: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC), Note: "the phone rang"}, "alice", noted)
	if err != nil {
		t.Fatal(err)
	}
	told := func() string {
		t.Helper()
		lines, err := st.Story(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, l := range lines {
			when := "--:--"
			if !l.Time.IsZero() {
				when = l.Time.Format("15:04")
			}
			all = append(all, strings.Join([]string{when, string(l.Ref.Kind), l.Who, l.What, l.Where, l.Note, strings.Join(l.Tags, " "), strings.Join(l.Attack, " "), strings.Join(l.Findings, " ")}, "|"))
		}
		return strings.Join(all, "\n")
	}
	want := `02:00|event|` + ciDeploy + `|iam:CreateUser (AccessDenied)|203.0.113.7, svc-backup||persistence|T1136.003|aaaaaaaa
03:00|||||the phone rang|||
05:31|event|arn:aws:iam::444455556666:role/Admin|ec2:RunInstances|198.51.100.4|they are in|||
10:00|finding|` + ciDeploy + `|found aaaaaaaa|203.0.113.7|||T1136.003|aaaaaaaa
--:--|event||the evidence does not hold this event any more|||||`
	if got := told(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	again, err := st.SetEntry(t.Context(), analysis.StoryLine{ID: id, Time: time.Date(2026, 1, 15, 4, 0, 0, 0, time.UTC), Note: "the phone rang again"}, "bob", noted)
	if err != nil || again != id || !strings.Contains(told(), "04:00|||||the phone rang again|||") || strings.Contains(told(), "03:00") {
		t.Errorf("%v\n%s", err, told())
	}
	if _, err := st.SetEntry(t.Context(), analysis.StoryLine{ID: id}, "bob", noted); err != nil || strings.Contains(told(), "phone") {
		t.Errorf("%v\n%s", err, told())
	}
	if _, err := st.SetEntry(t.Context(), analysis.StoryLine{ID: "no such", Note: "x"}, "bob", noted); !errors.Is(err, analysis.ErrNotFound) {
		t.Errorf("an entry that is not there: %v", err)
	}
	if _, err := st.SetEntry(t.Context(), analysis.StoryLine{}, "bob", noted); !errors.Is(err, analysis.ErrUsage) {
		t.Errorf("an empty entry: %v", err)
	}
}

func TestIndicators(t *testing.T) {
	st := notesCase(t)
	confirmed := finding("aaaaaaaa", 15)
	confirmed.Entities = append(confirmed.Entities, analysis.Entity{Kind: analysis.EntityAccount, Value: "999988887777"}, analysis.Entity{Kind: analysis.EntityUserAgent, Value: "aws-cli/2.17.9"})
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, confirmed, finding("bbbbbbbb", 15, "arn:aws:iam::111122223333:role/Reader", "198.51.100.4", "", ""))
	if _, err := st.Decide(t.Context(), []string{"aaaaaaaa"}, analysis.FindingConfirmed, "", "bob", noted); err != nil {
		t.Fatal(err)
	}
	setMarks(t, st,
		analysis.Mark{Ref: ref(analysis.RefIP, "203.0.113.7"), Tags: []string{"c2", "vpn"}},
		analysis.Mark{Ref: ref(analysis.RefResource, "AWS::IAM::User svc-backup"), Starred: true},
		analysis.Mark{Ref: ref(analysis.RefAccount, "444455556666"), Starred: true},
		analysis.Mark{Ref: ref(analysis.RefKey, "AKIAIOSFODNN7EXAMPLE"), Note: "only noted"},
		analysis.Mark{Ref: ref(analysis.RefEvent, eventID+"2"), Starred: true},
	)
	all, err := st.Indicators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range all {
		when := ""
		if !i.First.IsZero() {
			when = i.First.Format("15:04") + " " + i.Last.Format("15:04")
		}
		got = append(got, fmt.Sprintf("%s %s %d %s %s", i.Kind, i.Value, i.Events, when, i.Why))
	}
	want := `principal_arn ` + ciDeploy + ` 2 01:00 02:00 finding aaaaaaaa D
source_ip 203.0.113.7 2 01:00 02:00 tagged c2, vpn; finding aaaaaaaa D
resource AWS::IAM::User svc-backup 1 02:00 02:00 starred
account_id 444455556666 2 05:31 05:31 starred
account_id 999988887777 0  finding aaaaaaaa D
user_agent aws-cli/2.17.9 2 01:00 02:00 finding aaaaaaaa D`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestLook(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("abcdef0123456789", 15), finding("abcdef9999999999", 15))
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f := func(text, want string) {
		t.Helper()
		refs, err := r.Look(t.Context(), text)
		var got []string
		for _, ref := range refs {
			got = append(got, string(ref.Kind)+" "+ref.ID)
		}
		if err != nil || strings.Join(got, ", ") != want {
			t.Errorf("%q: got %q, want %q, %v", text, strings.Join(got, ", "), want, err)
		}
	}
	f("203.0.113.7", "ip 203.0.113.7")
	f(" 2001:db8::1\n", "ip 2001:db8::1")
	f("111122223333", "account 111122223333")
	f("AKIAIOSFODNN7EXAMPLE", "key AKIAIOSFODNN7EXAMPLE")
	f("ASIAIOSFODNN7EXAMPLE", "key ASIAIOSFODNN7EXAMPLE")
	f("AKIA", "")
	f(eventID+"2", "event "+eventID+"2")
	f("odd id", "event odd id")
	f("11111111-0000-4000-8000-00000000000", "event "+eventID+"1, event "+eventID+"2, event "+eventID+"3, event "+eventID+"4")
	f("11111", "")
	f("abcdef0", "finding abcdef0123456789")
	f("ABCDEF", "finding abcdef0123456789, finding abcdef9999999999")
	f("ci-deploy", "principal "+ciDeploy)
	f(ciDeploy, "principal "+ciDeploy)
	f("svc-backup", "resource AWS::IAM::User svc-backup")
	f("AWS::IAM::User svc-backup", "resource AWS::IAM::User svc-backup")
	f("arn:aws:iam::123456789012:user/nobody", "principal arn:aws:iam::123456789012:user/nobody")
	f("arn:aws:s3:::amzn-s3-demo-bucket", "resource arn:aws:s3:::amzn-s3-demo-bucket")
	f("arn:aws:iam::123456789012:policy/p", "resource arn:aws:iam::123456789012:policy/p")
	f("deploy", "")
	f("%", "")
	f("' OR true --", "")
	f("", "")
	// Without a case file there are no findings, and that is no error.
	r2, err := askCase(t).Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r2.Close()
	if refs, err := r2.Look(t.Context(), "abcdef0"); err != nil || len(refs) > 0 {
		t.Errorf("%v, %v", refs, err)
	}
}
