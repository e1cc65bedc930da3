package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
)

// fakeCase is a case of which only what is looked up in AWS is there.
type fakeCase struct {
	Backend
	plan   LookPlan
	looks  []analysis.Snapshot
	then   analysis.ThenNow
	report PostureReport
	asked  [][]string // of PlanLook
	ran    []Job
	fails  error // of Run
}

func (f *fakeCase) Info(context.Context, analysis.Scope) (Info, error) {
	return Info{Name: "fake"}, nil
}
func (f *fakeCase) SaveSession(context.Context, string) error           { return nil }
func (f *fakeCase) Network(string) analysis.Network                     { return analysis.Network{} }
func (f *fakeCase) Posture(context.Context) (PostureReport, error)      { return f.report, nil }
func (f *fakeCase) ExportForms(analysis.ListOf) []ExportForm            { return nil }
func (f *fakeCase) Fields(of analysis.ListOf) (t filter.Table)          { t, _ = filter.For(of); return t }
func (f *fakeCase) Count(context.Context, analysis.List) (int64, error) { return 0, nil }

func (f *fakeCase) Columns(context.Context, analysis.List) ([]analysis.ListColumn, error) {
	return []analysis.ListColumn{{Name: "resource_id"}, {Name: "resource_arn"}}, nil
}

// Row knows of a resource by the key of its row, and Rows by its id.
func (f *fakeCase) Row(_ context.Context, _ analysis.List, key string) (analysis.ListRow, error) {
	if key != fakeBucket {
		return analysis.ListRow{}, analysis.ErrNotFound
	}
	return analysis.ListRow{Key: key, Values: []any{"amzn-s3-demo-bucket", fakeBucket}}, nil
}

func (f *fakeCase) Rows(_ context.Context, l analysis.List, _ int64, _ int) ([]analysis.ListRow, error) {
	if l.Filter != "resource=amzn-s3-demo-bucket" {
		return nil, nil
	}
	return []analysis.ListRow{{Key: fakeBucket}}, nil
}

const fakeBucket = "arn:aws:s3:::amzn-s3-demo-bucket"

func (f *fakeCase) Snapshots(context.Context, string) ([]analysis.Snapshot, error) {
	return f.looks, nil
}

func (f *fakeCase) ThenNow(context.Context, string) (analysis.ThenNow, error) { return f.then, nil }

func (f *fakeCase) PlanLook(_ context.Context, keys []string, posture bool) (LookPlan, error) {
	if posture {
		keys = []string{"posture"}
	}
	f.asked = append(f.asked, keys)
	return f.plan, nil
}

func (f *fakeCase) Run(_ context.Context, job Job, report func(JobProgress)) (JobResult, error) {
	report(JobProgress{Kind: job.Kind, Done: 1, Total: 3})
	f.ran = append(f.ran, job)
	return JobResult{Summary: string(job.Kind) + " done"}, f.fails
}

// drain carries out commands until none are left.
func drain(m tea.Model, cmds ...tea.Cmd) {
	for len(cmds) > 0 {
		cmd := cmds[0]
		cmds = cmds[1:]
		if cmd == nil {
			continue
		}
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			cmds = append(cmds, msg...)
		case tickMsg, slowMsg, jobStepMsg: // which come back for ever
		default:
			_, next := m.Update(msg)
			cmds = append(cmds, next)
		}
	}
}

// fakeModel is the workbench over a fake case, at a place.
func fakeModel(t *testing.T, f *fakeCase, at Place) *Model {
	t.Helper()
	m := New(t.Context(), Options{
		At: &at, Theme: "mono", Still: true, Now: func() time.Time { return at2026 },
		Open: func(context.Context) (Backend, error) { return f, nil },
	})
	drain(m, m.Init())
	return m
}

var at2026 = time.Date(2026, 1, 20, 9, 0, 0, 0, time.UTC)

func keys(m *Model, names ...string) {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab}
	for _, name := range names {
		k := tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
		if code, ok := codes[name]; ok {
			k = tea.KeyPressMsg{Code: code}
		}
		_, cmd := m.Update(k)
		drain(m, cmd)
	}
}

func screenText(m *Model) string { return ansi.Strip(m.Screen()) }

func wants(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in\n%s", w, text)
		}
	}
}

func wantsNot(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("%q is in\n%s", w, text)
		}
	}
}

// L says what it will do, and does it only then; the checks follow what they need.
func TestLookAsksFirst(t *testing.T) {
	f := &fakeCase{
		plan:   LookPlan{Resources: 3, Calls: 11, As: "arn:aws:sts::111122223333:assumed-role/ir-readonly/you", Accounts: []string{"111122223333 prod", "444455556666"}, Unknown: []string{"AWS::Odd::Thing"}},
		report: somePosture(),
	}
	m := fakeModel(t, f, Place{Screen: screenPosture})
	keys(m, "L")
	wants(t, screenText(m), "Look up in AWS", "3 resources that the posture checks need · about 11 read-only AWS", "assumed-role/ir-readonly/you in 2 accounts",
		"accounts: 111122223333 prod, 444455556666", "CloudTrail will show them.", "Cannot be looked up: AWS::Odd::Thing.", "enter asks AWS")
	keys(m, "esc")
	if len(f.ran) != 0 {
		t.Errorf("esc ran %v", f.ran)
	}
	keys(m, "L", "enter")
	if len(f.ran) != 2 || f.ran[0].Kind != JobLook || len(f.ran[0].Keys) != 0 || f.ran[1].Kind != JobPosture {
		t.Errorf("ran %+v, want the look-up and then the checks", f.ran)
	}
	wants(t, screenText(m), "posture done")
	// What was shown before is asked for anew when one goes back to it.
	drain(m, m.goTo(Place{Screen: screenPosture}))
	keys(m, "R")
	if m.history.entries[0].screen != nil || m.history.current().screen == nil {
		t.Error("the screen before still shows what was known before")
	}
	keys(m, "[")
	wants(t, screenText(m), "EBS snapshot shared")
}

// Where nothing can be looked up, the reason is said, and nothing is asked.
func TestLookSaysWhyNot(t *testing.T) {
	f := &fakeCase{plan: LookPlan{Resources: 2, Calls: 4, Problem: "no credentials are configured"}}
	m := fakeModel(t, f, Place{Screen: screenPosture})
	keys(m, "L")
	wants(t, screenText(m), "! no credentials are configured", "enter closes")
	keys(m, "enter")
	f.plan = LookPlan{Resources: 1, Unknown: []string{"AWS::Odd::Thing"}}
	keys(m, "L")
	wants(t, screenText(m), "no call that would look them up")
	keys(m, "enter")
	if len(f.ran) != 0 {
		t.Errorf("ran %v", f.ran)
	}
	wantsNot(t, screenText(m), "Look up in AWS")
}

// An event may have of a resource only the id; the case is asked for the row of it.
func TestLookFindsTheRow(t *testing.T) {
	f := &fakeCase{plan: LookPlan{Resources: 2, Calls: 4}}
	m := fakeModel(t, f, Place{Screen: screenPosture})
	m.post(lookMsg{keys: []string{"amzn-s3-demo-bucket", "AWS::Odd::Thing x"}})
	_, cmd := m.Update(nil)
	drain(m, cmd)
	keys(m, "enter")
	want := []string{fakeBucket, "AWS::Odd::Thing x"}
	if len(f.asked) != 1 || !slices.Equal(f.asked[0], want) || len(f.ran) != 1 || !slices.Equal(f.ran[0].Keys, want) {
		t.Errorf("asked for %v and ran %+v, want %v", f.asked, f.ran, want)
	}
}

// What is looked up is what is selected, under the cursor, or named.
func TestLooksOf(t *testing.T) {
	const bucket, role, user = "arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:iam::111122223333:role/OrgAdmin", "arn:aws:iam::111122223333:user/ci"
	f := func(s screen, want ...string) {
		t.Helper()
		got, c := looksOf(s)
		slices.Sort(want)
		if !slices.Equal(got.keys, want) || c.ok != (len(want) > 0) {
			t.Errorf("%T: %v, %+v, want %v", s, got.keys, c, want)
		}
	}
	e := testEnv()
	e.backend = &fakeCase{}
	event := newEventScreen(e, Place{Screen: screenEvent, ID: "e1"})
	f(event)
	event.ready = true
	event.record.Resources = []analysis.ResourceRef{{Type: "AWS::S3::Bucket", ID: "amzn-s3-demo-bucket", ARN: bucket}, {Type: "AWS::EC2::Snapshot", ID: "snap-1"}}
	_ = event.tree.SetText(`{"userIdentity":{"arn":"` + role + `"},"eventName":"X"}`)
	event.tree.SetSize(80, 20)
	event.tree.Last()
	f(event, bucket, "AWS::EC2::Snapshot snap-1")
	event.tree.Find(role)
	f(event, role)

	finding := newFindingScreen(e, Place{Screen: screenFinding, ID: "F-1"})
	f(finding)
	finding.detail.Finding.Entities = []analysis.Entity{
		{Kind: analysis.EntityResource, Value: bucket}, {Kind: analysis.EntityResource, Value: "444455556666"}, {Kind: analysis.EntityPrincipal, Value: role},
	}
	f(finding, bucket)

	f(newPageScreen(e, principalPage(), Place{Screen: screenPrincipal, ID: user}), user)
	f(newPageScreen(e, principalPage(), Place{Screen: screenPrincipal, ID: "arn:aws:iam::111122223333:root"}))
	f(newPageScreen(e, resourcePage(), Place{Screen: screenResource, ID: bucket}), bucket)

	list := newListScreen(e, listSpecOf(analysis.ListResources), Place{Screen: screenResources})
	f(list)
	list.table.Select(bucket, role)
	f(list, bucket, role)
}

// The list of resources says in words what is known of now.
func TestLiveCell(t *testing.T) {
	e := testEnv()
	f := func(live any, failing int64, want string) {
		t.Helper()
		if got := e.liveCell(map[string]any{"live": live, "failing": failing, "looked_at": e.now().Add(-3 * time.Hour)}); got != want {
			t.Errorf("%v, %d: %q, want %q", live, failing, got, want)
		}
	}
	f(nil, 0, "–")
	f("found", 0, "found 3h")
	f("denied", 0, "denied 3h")
	f("found", 1, "! 1 FAIL 3h")
	f("found", 2, "! 2 FAIL 3h")
	f(nil, 2, "! 2 FAIL, logs")
	f("gone", 2, "gone 3h")
}
