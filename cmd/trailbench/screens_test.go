package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// rewrite makes the goldens anew: go test ./cmd/trailbench -run TestScreens -update.
var rewrite = flag.Bool("update", false, "write the golden screens anew")

// drive carries out commands until none are left: no goroutines, no waiting.
func drive(m tea.Model, cmds ...tea.Cmd) {
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
		default:
			_, next := m.Update(msg)
			cmds = append(cmds, next)
		}
	}
}

// keyPress is a key as Bubble Tea tells of it.
func keyPress(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"backspace": tea.KeyBackspace, "f5": tea.KeyF5, "f1": tea.KeyF1, "f2": tea.KeyF2, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd,
	}
	for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			return tea.KeyPressMsg{Code: keyPress(rest).Code, Mod: mod}
		}
	}
	if code, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// press presses keys one after the other; each takes its whole effect.
func press(m tea.Model, keys ...string) {
	for _, k := range keys {
		_, cmd := m.Update(keyPress(k))
		drive(m, cmd)
	}
}

// screenshot is a screen of the sample case: how one gets there.
type screenshot struct {
	name string
	keys []string
}

// sampleScreens are every screen of the workbench, and the dialogs.
func sampleScreens() []screenshot {
	keys := func(s string) []string { return strings.Fields(s) }
	return []screenshot{
		{"overview", nil},
		{"findings", keys("2")},
		{"stories", keys("2 i")},
		{"story", keys("2 i enter")},
		{"evidence", keys("2 enter")},
		{"events", keys("3")},
		{"event", keys("2 enter enter")},
		{"principals", keys("4")},
		{"principal", keys("2 x p")},
		{"sessions", keys("5")},
		{"chain", keys("2 x c")},
		{"ips", keys("6")},
		{"ip", keys("2 x i")},
		{"resources", keys("7")},
		{"resource", keys("2 x r")},
		{"now", keys("2 x r tab tab tab tab tab")},
		{"look", keys("2 x r L")},
		{"posture", keys("8")},
		{"key", keys("2 x k")},
		{"sql", keys("3 ;")},
		{"sources", keys("S")},
		{"case", keys("0")},
		{"pivot", keys("2 x")},
		{"time", keys("3 t")},
		{"accounts", keys("A")},
		{"palette", keys("3 :")},
		{"help", keys("3 ?")},
		{"export", keys("3 e")},
		{"annotate", keys("2 a")},
		{"copy", keys("2 y")},
		{"columns", keys("3 c")},
		{"count", keys("3 l F")},
		{"empty", append(keys("3 /"), append(strings.Split("op=iam:CreateSAMLProvider", ""), "space", "r", "o", "o", "t", "enter")...)},
	}
}

// sampleBench is the sample case, open.
func sampleBench(t testing.TB) *bench {
	t.Helper()
	b, err := sampleApp(t).openBench(t.Context(), sampleCase(t))
	if err != nil {
		t.Fatal(err)
	}
	b.background.Wait()
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// looked keeps two looks at a role of the sample case, as if somebody had looked it up
// before and after it was opened, and runs the posture checks.
func looked(t testing.TB, b *bench) {
	t.Helper()
	const account = "123456789012"
	look := func(at time.Time, trust string) analysis.Snapshot {
		role := `{"RoleName":"cross-account-deploy","Arn":"arn:aws:iam::` + account + `:role/cross-account-deploy","AssumeRolePolicyDocument":` + trust + `,"MaxSessionDuration":3600}`
		return analysis.Snapshot{
			Resource: analysis.Resource{Type: "AWS::IAM::Role", ID: "cross-account-deploy", ARN: "arn:aws:iam::" + account + ":role/cross-account-deploy", AccountID: account, Region: "us-east-1"},
			Key:      "iam-role", Status: analysis.SnapshotFound, Source: analysis.SourceLive, At: at, Caller: "arn:aws:sts::" + account + ":assumed-role/ir-readonly/alice",
			Config: `{"Role":` + role + `,"AttachedPolicies":[{"PolicyName":"AdministratorAccess","PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}],"InlinePolicies":[]}`,
			Parts: []analysis.SnapshotPart{
				{Name: "Role", Action: "iam:GetRole", State: analysis.PartRead},
				{Name: "AttachedPolicies", Action: "iam:ListAttachedRolePolicies", State: analysis.PartRead},
				{Name: "InlinePolicies", Action: "iam:ListRolePolicies", State: analysis.PartRead},
				{Name: "InstanceProfiles", Action: "iam:ListInstanceProfilesForRole", State: analysis.PartDenied, Kind: "access denied", Reason: "not authorized to perform it"},
			},
		}
	}
	trust := func(accounts string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":` + accounts + `},"Action":"sts:AssumeRole"}]}`
	}
	_, err := use(t.Context(), b, func(ctx context.Context, st *store.Store) (bool, error) {
		return true, st.SaveSnapshots(ctx, []analysis.Snapshot{
			look(time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC), trust(`"arn:aws:iam::111122223333:root"`)),
			look(time.Date(2026, 1, 26, 9, 21, 7, 0, time.UTC), trust(`["arn:aws:iam::111122223333:root","arn:aws:iam::444455556666:root"]`)),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Run(t.Context(), tui.Job{Kind: tui.JobPosture}, func(tui.JobProgress) {}); err != nil {
		t.Fatal(err)
	}
}

// workbenchOver is the model of the workbench over a case, of a size, still. It leaves the
// case open.
func workbenchOver(t testing.TB, b *bench, w, h int, change func(*tui.Options)) *tui.Model {
	t.Helper()
	opt := tui.Options{
		Home: &home{a: b.a}, Fresh: true, Theme: "dark", NoMouse: true, Author: "alice", Now: sampleNow, Still: true,
		Open: func(context.Context) (tui.Backend, error) { return b, nil },
	}
	if change != nil {
		change(&opt)
	}
	m := tui.New(t.Context(), opt)
	_, size := m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	drive(m, size, m.Init())
	return m
}

// TestScreens compares every screen at four sizes with what was approved, and holds each
// to the size of the terminal. go test -run TestScreens -update writes them anew: look at
// the difference before it is committed.
func TestScreens(t *testing.T) {
	b := sampleBench(t)
	looked(t, b)
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		w, h := size[0], size[1]
		t.Run(fmt.Sprintf("%dx%d", w, h), func(t *testing.T) {
			for _, s := range sampleScreens() {
				m := workbenchOver(t, b, w, h, func(o *tui.Options) {
					if s.name != "overview" {
						o.At = &tui.Place{Screen: "case"} // which is quickly there
					}
				})
				press(m, s.keys...)
				text := ansi.Strip(m.Screen())
				fits(t, s.name, text, w, h)
				golden(t, fmt.Sprintf("%s-%dx%d.txt", s.name, w, h), text)
			}
		})
	}
}

// TestScreenInColour holds one screen of each theme to its colours.
func TestScreenInColour(t *testing.T) {
	b := sampleBench(t)
	for _, theme := range []string{"dark", "light", "contrast", "mono"} {
		m := workbenchOver(t, b, 100, 30, func(o *tui.Options) { o.Theme = theme })
		press(m, "2")
		golden(t, "findings-"+theme+".ansi", m.Screen())
	}
}

// fits holds a screen to its size: as many lines as the terminal has, none wider.
func fits(t *testing.T, name, text string, w, h int) {
	t.Helper()
	lines := strings.Split(text, "\n")
	if len(lines) != h {
		t.Errorf("%s at %d×%d has %d lines", name, w, h, len(lines))
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got != w {
			t.Errorf("%s at %d×%d: line %d has %d cells: %q", name, w, h, i+1, got, l)
		}
	}
}

// golden compares text with a file of testdata/screens, or writes it with -update.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", "screens", name)
	var lines []string
	for l := range strings.SplitSeq(text, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	text = strings.Join(lines, "\n") + "\n"
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s is another screen than the one that was approved:\n%s", name, text)
	}
}
