package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// noted is when the runs of these tests begin.
var noted = time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)

// notesCase opens the case of askCase with its case file for writing.
func notesCase(t *testing.T) *Store {
	t.Helper()
	dir := askCase(t).Dir()
	return openNotes(t, dir, NotesWrite)
}

func openNotes(t *testing.T, dir string, notes Notes) *Store {
	t.Helper()
	st, err := Open(t.Context(), dir, ModeRead, Options{Notes: notes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// finding is one of detection d, with a principal, address, account and region.
func finding(id string, day int, entities ...string) analysis.Finding {
	at := time.Date(2026, 1, day, 10, 0, 0, 0, time.UTC)
	f := analysis.Finding{
		ID: id, Detection: "d", Title: "D", Kind: analysis.KindDetection, Severity: analysis.High, Attack: []string{"T1136.003"},
		FirstTime: at, LastTime: at.Add(time.Hour), Count: 2, EventIDs: []string{"e1", "e2"}, Summary: "found " + id,
	}
	if len(entities) == 0 {
		entities = []string{ciDeploy, "203.0.113.7", "111122223333", "us-east-1"}
	}
	for i, kind := range []analysis.EntityKind{analysis.EntityPrincipal, analysis.EntitySourceIP, analysis.EntityAccount, analysis.EntityRegion} {
		if entities[i] != "" {
			f.Entities = append(f.Entities, analysis.Entity{Kind: kind, Value: entities[i]})
		}
	}
	return f
}

// noteRun notes a run in which detection d came to a state with findings, and returns how
// many are new.
func noteRun(t *testing.T, st *Store, scope analysis.Scope, state analysis.DetectionState, findings ...analysis.Finding) int64 {
	t.Helper()
	r, err := st.BeginRun(t.Context(), scope, true, "trailbench test", noted)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Abandon()
	d := analysis.Detection{ID: "d", Title: "D", Severity: analysis.High, SQL: "SELECT 1"}
	if err := r.Save(t.Context(), analysis.DetectionResult{Detection: d, State: state, Findings: findings}); err != nil {
		t.Fatal(err)
	}
	fresh, err := r.End(t.Context(), noted.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return fresh["d"]
}

func loaded(t *testing.T, st *Store, where Condition) []analysis.Finding {
	t.Helper()
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	all, err := r.LoadFindings(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// states is the findings as id, status and what is said of them.
func states(t *testing.T, st *Store) string {
	t.Helper()
	var all []string
	for _, f := range loaded(t, st, Condition{}) {
		text := f.ID + " " + string(f.Status)
		for _, mark := range []struct {
			set  bool
			text string
		}{{f.New, " new"}, {f.Gone, " gone"}, {f.Suppression != "", " suppressed"}} {
			if mark.set {
				text += mark.text
			}
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func wantStates(t *testing.T, st *Store, want string) {
	t.Helper()
	if got := states(t, st); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What the analyst decided stays, however often the detections run.
func TestRunAgainKeepsDecisions(t *testing.T) {
	st := notesCase(t)
	if n := noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10), finding("b", 11)); n != 2 {
		t.Errorf("%d are new", n)
	}
	wantStates(t, st, "a open new, b open new")
	decide := func(status analysis.FindingStatus, note string, at time.Time) {
		t.Helper()
		if before, err := st.Decide(t.Context(), []string{"a", "no such"}, status, note, "alice", at); len(before) != 1 || err != nil {
			t.Fatalf("decided about %v, %v", before, err)
		}
	}
	decide(analysis.FindingConfirmed, "it's 100% \"real\"", noted)
	decide("", "and a note", noted.Add(time.Hour))
	longer := finding("a", 10)
	longer.Summary, longer.Count, longer.EventIDs, longer.Severity = "found more", 3, []string{"e3", "e1", "e2"}, analysis.Critical
	if n := noteRun(t, st, analysis.Scope{}, analysis.Evaluated, longer, finding("b", 11), finding("c", 12)); n != 1 {
		t.Errorf("%d are new", n)
	}
	wantStates(t, st, "a confirmed, b open, c open new")
	a := loaded(t, st, Condition{SQL: "finding_id = 'a'"})[0]
	if a.Note != "and a note" || a.DecidedBy != "alice" || !a.DecidedAt.Equal(noted.Add(time.Hour)) {
		t.Errorf("decision %q by %q at %v", a.Note, a.DecidedBy, a.DecidedAt)
	}
	if a.Summary != "found more" || a.Count != 3 || a.Severity != analysis.Critical || len(a.EventIDs) != 3 || len(a.Entities) != 4 {
		t.Errorf("not brought up to date: %+v", a)
	}
	// Also in another process.
	dir := st.Dir()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	wantStates(t, openNotes(t, dir, NotesRead), "a confirmed, b open, c open new")
}

// Gone is only what a run looked for where it was and did not find.
func TestGone(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	f := func(scope analysis.Scope, state analysis.DetectionState, want string, again ...analysis.Finding) {
		t.Helper()
		st := notesCase(t)
		both := finding("z", 12)
		both.Entities = append(both.Entities, analysis.Entity{Kind: analysis.EntityAccount, Value: "444455556666"}, analysis.Entity{Kind: analysis.EntityRegion, Value: "eu-west-1"})
		long := finding("y", 9)
		long.LastTime = day(14)
		noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10), finding("b", 12), finding("c", 12, "", "", "444455556666", "eu-west-1"), both, long)
		noteRun(t, st, scope, state, again...)
		if got := strings.ReplaceAll(states(t, st), " open", ""); got != want {
			t.Errorf("%+v %s: %s, want %s", scope, state, got, want)
		}
	}
	f(analysis.Scope{}, analysis.Evaluated, "a, b gone, c gone, y gone, z gone", finding("a", 10))
	f(analysis.Scope{}, analysis.PartlyEvaluable, "a, b gone, c gone, y gone, z gone", finding("a", 10))
	f(analysis.Scope{}, analysis.NotEvaluable, "a, b, c, y, z")
	f(analysis.Scope{}, analysis.DetectionFailed, "a, b, c, y, z")
	f(analysis.Scope{}, analysis.DetectionTimedOut, "a, b, c, y, z")
	f(analysis.Scope{Since: day(11)}, analysis.Evaluated, "a, b gone, c gone, y, z gone")
	f(analysis.Scope{Until: day(11)}, analysis.Evaluated, "a gone, b, c, y, z")
	f(analysis.Scope{Since: day(10), Until: day(12)}, analysis.Evaluated, "a gone, b, c, y, z")
	// Of a finding that lies partly in the scope the run has seen a part.
	f(analysis.Scope{Since: day(8), Until: day(13)}, analysis.Evaluated, "a gone, b gone, c gone, y, z gone")
	// What happened in other accounts and regions it has not seen.
	f(analysis.Scope{Accounts: []string{"111122223333"}}, analysis.Evaluated, "a, b, c, y, z")
	f(analysis.Scope{Accounts: []string{"4444*", "111122223333"}}, analysis.Evaluated, "a, b, c, y, z")
	f(analysis.Scope{Regions: []string{"us-*"}}, analysis.Evaluated, "a, b, c, y, z")
	f(analysis.Scope{Regions: []string{"eu-west-1"}, Since: day(12)}, analysis.Evaluated, "a, b, c, y, z")
}

func TestGoneComesBack(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	if _, err := st.Decide(t.Context(), []string{"a"}, analysis.FindingResolved, "", "alice", noted); err != nil {
		t.Fatal(err)
	}
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated)
	wantStates(t, st, "a resolved gone")
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated)
	wantStates(t, st, "a resolved gone")
	if n := noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10)); n != 0 {
		t.Errorf("what came back counts as %d new", n)
	}
	wantStates(t, st, "a resolved")
}

// A detection that was not part of the run says nothing about its findings.
func TestRunOfOtherDetectionsMarksNothing(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	r, err := st.BeginRun(t.Context(), analysis.Scope{}, true, "trailbench test", noted)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Save(t.Context(), analysis.DetectionResult{Detection: analysis.Detection{ID: "other"}, State: analysis.Evaluated}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.End(t.Context(), noted); err != nil {
		t.Fatal(err)
	}
	wantStates(t, st, "a open")
}

// An interrupted run leaves what the run before it found.
func TestAbandonedRunLeavesTheCaseAsItWas(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	many := manyFindings(findingsPiece + 1) // so that a piece was written already
	f := func(end func(*Run)) {
		t.Helper()
		r, err := st.BeginRun(t.Context(), analysis.Scope{}, true, "trailbench test", noted)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Save(t.Context(), analysis.DetectionResult{Detection: analysis.Detection{ID: "d"}, State: analysis.Evaluated, Findings: many}); err != nil {
			t.Fatal(err)
		}
		end(r)
		wantStates(t, st, "a open new")
		var runs int
		if err := st.db.QueryRowContext(t.Context(), "SELECT count(*) FROM notes.runs").Scan(&runs); err != nil || runs != 1 {
			t.Errorf("%d runs, %v", runs, err)
		}
	}
	f((*Run).Abandon)
	f(func(r *Run) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := r.End(ctx, noted); err == nil {
			t.Error("a cancelled run came to its end")
		}
		r.Abandon()
	})
	if n := noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("b", 10)); n != 1 {
		t.Errorf("afterwards %d are new", n)
	}
	wantStates(t, st, "a open gone, b open new")
}

func manyFindings(n int) []analysis.Finding {
	all := make([]analysis.Finding, n)
	for i := range all {
		all[i] = finding(fmt.Sprintf("%08x", i), 1+i%28)
	}
	return all
}

func TestManyFindings(t *testing.T) {
	st := notesCase(t)
	many := manyFindings(3000)
	if n := noteRun(t, st, analysis.Scope{}, analysis.Evaluated, many...); n != 3000 {
		t.Errorf("%d are new", n)
	}
	if n := noteRun(t, st, analysis.Scope{}, analysis.Evaluated, many...); n != 0 {
		t.Errorf("the second time %d are new", n)
	}
	all := loaded(t, st, Condition{})
	events, entities := 0, 0
	for _, f := range all {
		events, entities = events+len(f.EventIDs), entities+len(f.Entities)
	}
	if len(all) != 3000 || events != 6000 || entities != 12000 {
		t.Errorf("%d findings with %d events and %d entities", len(all), events, entities)
	}
}

// What is in a finding was chosen by whoever made the call.
func TestHostileTextSurvives(t *testing.T) {
	st, at := notesCase(t), noted
	f := func(text, want string) {
		t.Helper()
		at = at.Add(time.Second)
		one := finding("a", 10, text, text, text, text)
		one.Summary, one.Title = text, text
		one.EventIDs = []string{text, "e'); DROP TABLE found; --"}
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		one.Attributes = []analysis.Attribute{{Name: `na"me'`, JSON: string(quoted)}, {Name: "nothing", JSON: "null"}, {Name: "nested", JSON: `{"a":[1,"x"],"b":null}`}}
		noteRun(t, st, analysis.Scope{}, analysis.Evaluated, one)
		if _, err := st.Decide(t.Context(), []string{"a"}, analysis.FindingConfirmed, text, text, at); err != nil {
			t.Fatal(err)
		}
		got := loaded(t, st, Condition{SQL: "finding_id = ?", Args: []any{"a"}})
		if len(got) != 1 {
			t.Fatalf("%.20q: %d findings", text, len(got))
		}
		g := got[0]
		if g.Summary != want || g.Title != want || g.Note != want || g.DecidedBy != want || !slices.Contains(g.EventIDs, want) || g.First(analysis.EntityPrincipal) != want {
			t.Errorf("%.40q came back as %.40q, %.40q, %.40q by %.40q, %.40q", text, g.Summary, g.Title, g.Note, g.DecidedBy, g.First(analysis.EntityPrincipal))
		}
		attributes := map[string]string{}
		for _, a := range g.Attributes {
			attributes[a.Name] = a.JSON
		}
		var back string
		if err := json.Unmarshal([]byte(attributes[`na"me'`]), &back); err != nil || back != want || attributes["nothing"] != "null" || attributes["nested"] != `{"a":[1,"x"],"b":null}` {
			t.Errorf("attributes %.100q", attributes)
		}
	}
	same := func(text string) {
		t.Helper()
		f(text, text)
	}
	same("plain")
	same(`'; DROP TABLE found; --`)
	same(`"\ \" \\ $.a ' '' """`)
	same("\x1b[2J\x07\x01\t\r\n\u202e")
	same("nul \x00 in the middle\x00")
	same("%_*\\%")
	same("🐧 ä ﷽ \U0010ffff")
	same(strings.Repeat("0123456789abcdef", 1<<16)) // 1 MB
	f("cut \xff\xfe \xc3", "cut \ufffd\ufffd \ufffd")
}

// What the analyst wrote about a case is as private as the evidence.
func TestCaseFileIsPrivate(t *testing.T) {
	st := notesCase(t)
	info, err := os.Stat(filepath.Join(st.Dir(), CaseFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// A case that no detection ran on has no case file, and reading makes none.
func TestNotesReadWithoutAFile(t *testing.T) {
	dir := askCase(t).Dir()
	st := openNotes(t, dir, NotesRead)
	if st.HasNotes() {
		t.Error("there are notes")
	}
	if known, err := st.Known(t.Context()); len(known) != 0 || err != nil {
		t.Errorf("known %v, %v", known, err)
	}
	if due, err := st.DetectionDue(t.Context()); !due || err != nil {
		t.Errorf("due %v, %v", due, err)
	}
	if _, err := os.Stat(filepath.Join(dir, CaseFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading made the file: %v", err)
	}
}

// A file of a newer program is refused as a whole; one whose making was interrupted is
// made anew.
func TestSchemaOfTheCaseFile(t *testing.T) {
	st := notesCase(t)
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, finding("a", 10))
	dir := st.Dir()
	if _, err := st.db.ExecContext(t.Context(), "UPDATE notes.meta SET value = '999'"); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for _, notes := range []Notes{NotesRead, NotesWrite} {
		if st, err := Open(t.Context(), dir, ModeRead, Options{Notes: notes}); !errors.Is(err, analysis.ErrNewerCase) || !strings.Contains(err.Error(), CaseFile) {
			t.Errorf("opened %v, %v", st, err)
		}
	}
	openNotes(t, dir, NotesNone) // the evidence is still readable
}

// heldNotes names the case whose case file the test binary, started again, holds.
const heldNotes = "TRAILBENCH_TEST_HOLD_NOTES"

// TestHoldNotes is the other process of TestCaseFileIsBusy.
func TestHoldNotes(t *testing.T) {
	dir := os.Getenv(heldNotes)
	if dir == "" {
		t.Skip("only as the other process")
	}
	openNotes(t, dir, NotesWrite)
	fmt.Println("holding")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the test closes it
}

// The case file has one writer; whoever comes second is told whom to wait for, and the
// evidence stays readable.
func TestCaseFileIsBusy(t *testing.T) {
	st := notesCase(t)
	dir := st.Dir()
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	other := exec.Command(os.Args[0], "-test.run=^TestHoldNotes$")
	other.Env = append(os.Environ(), heldNotes+"="+dir)
	stdin, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, len("holding"))
	if _, err := stdout.Read(said); err != nil || string(said) != "holding" {
		t.Fatalf("the other process said %q, %v", said, err)
	}
	for _, notes := range []Notes{NotesRead, NotesWrite} {
		_, err := Open(t.Context(), dir, ModeRead, Options{Notes: notes})
		if !errors.Is(err, analysis.ErrBusy) || !strings.Contains(err.Error(), "case file") || !strings.Contains(err.Error(), fmt.Sprint(other.Process.Pid)) {
			t.Errorf("opened with %v", err)
		}
	}
	openNotes(t, dir, NotesNone)
	stdin.Close()
	_ = other.Wait() // its pipe was closed
	openNotes(t, dir, NotesWrite)
}
