package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui"
)

// walks is how many random walks are taken: go test ./cmd/trailbench -run Whole/walk -walks 100.
var walks = flag.Uint64("walks", 2, "how many random walks to take")

// TestWorkbenchStaysWhole holds the model over the sample case to its size and to its
// words, whatever is done to it.
func TestWorkbenchStaysWhole(t *testing.T) {
	b := sampleBench(t)
	t.Run("every size", func(t *testing.T) { everySize(t, b) })
	t.Run("a storm of resizes", func(t *testing.T) { resizeStorm(t, b) })
	t.Run("rows after a resize", func(t *testing.T) { rowsAfterResize(t, b) })
	for seed := range *walks {
		t.Run(fmt.Sprintf("walk %d", seed), func(t *testing.T) { walk(t, b, seed, 600, [2]int{70 + int(seed)*40%140, 20 + int(seed)*12%50}) })
	}
	t.Run("pasted megabytes", func(t *testing.T) { pastedMegabytes(t, b) })
	t.Run("mistakes", func(t *testing.T) { mistakes(t, b) })
	t.Run("mouse", func(t *testing.T) { mouse(t, b) })
}

// everySize resizes every screen through odd sizes, those that are too small among them.
func everySize(t *testing.T, b *bench) {
	m := workbenchOver(t, b, 20, 5, nil) // nobody sees it begin
	resize(m, 120, 36)
	harmless(t, m, 120, 36)
	for _, s := range sampleScreens() {
		var due []tea.Cmd
		press(m, s.keys...)
		for _, size := range [][2]int{{60, 15}, {61, 16}, {79, 23}, {59, 15}, {60, 14}, {20, 5}, {1, 1}, {99, 29}, {100, 30}, {133, 50}, {300, 100}} {
			_, cmd := m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			due = append(due, cmd)
			fits(t, s.name, ansi.Strip(m.Screen()), size[0], size[1])
		}
		drive(m, due...)
		harmless(t, m, 300, 100)
		press(m, "esc", "esc", "esc")
	}
}

func resize(m *tui.Model, w, h int) {
	_, cmd := m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	drive(m, cmd)
}

// resizeStorm resizes while keys are pressed and answers are under way.
func resizeStorm(t *testing.T, b *bench) {
	r := rand.New(rand.NewPCG(1, 2))
	m := workbenchOver(t, b, 120, 36, nil)
	var due []tea.Cmd
	keys := strings.Fields("2 j enter [ 3 l l F esc [ 4 p f enter tab j esc 5 3 f tab z S 0 tab ] [")
	for i := range 300 {
		w, h := 1+r.IntN(260), 1+r.IntN(80)
		_, cmd := m.Update(tea.WindowSizeMsg{Width: w, Height: h})
		due = append(due, cmd)
		if w >= 60 && h >= 15 {
			_, cmd = m.Update(keyPress(keys[i%len(keys)]))
			due = append(due, cmd)
		}
		fits(t, fmt.Sprintf("resize %d", i), ansi.Strip(m.Screen()), w, h)
		if r.IntN(8) == 0 {
			drive(m, due...)
			due = nil
			fits(t, fmt.Sprintf("resize %d", i), ansi.Strip(m.Screen()), w, h)
		}
		if t.Failed() {
			return
		}
	}
}

// rowsAfterResize looks for rows in all of a list that has become larger.
func rowsAfterResize(t *testing.T, b *bench) {
	m := workbenchOver(t, b, 60, 15, func(o *tui.Options) { o.At = &tui.Place{Screen: "events"} })
	resize(m, 200, 60)
	if n := strings.Count(ansi.Strip(m.Screen()), " Jan 15 0"); n < 40 {
		t.Errorf("only %d lines have an event:\n%s", n, ansi.Strip(m.Screen()))
	}
}

// walkKeys are all keys of the key table, and letters for what has a letter of its own.
func walkKeys(t *testing.T) []string {
	t.Helper()
	var keys []string
	names := map[string]string{"↑": "up", "↓": "down", "←": "left", "→": "right", "pgdn": "pgdown", `\|`: "|"}
	for line := range strings.Lines(tui.KeySheet()) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
			name := m[1]
			if to, ok := names[name]; ok {
				name = to
			}
			if name != "ctrl+z" { // suspends
				keys = append(keys, name)
			}
		}
	}
	if len(keys) < 80 {
		t.Fatalf("the key sheet names %d keys only", len(keys))
	}
	return append(keys, strings.Fields("enter enter enter esc esc j j l l tab x x a y n t v d b")...)
}

// sealed is a case out of which nothing goes: no job, which would ask AWS or walk the disk.
type sealed struct{ tui.Backend }

var errSealed = errors.New("not on a walk")

func (sealed) Run(context.Context, tui.Job, func(tui.JobProgress)) (tui.JobResult, error) {
	return tui.JobResult{}, errSealed
}
func (sealed) Plan(context.Context, tui.Job) ([]string, error) { return nil, errSealed }
func (sealed) Close() error                                    { return nil } // other tests go on with it

// nowhere is a machine without cases, on which none can be made.
type nowhere struct{}

func (nowhere) Cases(context.Context) ([]tui.CaseInfo, error)     { return nil, nil }
func (nowhere) Open(context.Context, string) (tui.Backend, error) { return nil, errSealed }
func (nowhere) New(context.Context, string) (tui.Backend, error)  { return nil, errSealed }
func (nowhere) Demo(context.Context) (tui.Backend, error)         { return nil, errSealed }
func (nowhere) Profiles(context.Context) ([]tui.Profile, error)   { return nil, nil }

// walk presses random keys, and answers come when they come.
func walk(t *testing.T, b *bench, seed uint64, steps int, size [2]int) {
	t.Chdir(t.TempDir()) // what a walk exports
	t.Setenv("TMPDIR", t.TempDir())
	keys := walkKeys(t)
	r := rand.New(rand.NewPCG(seed, 7))
	var pressed []string
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("it broke down after %q: %v\n%s", pressed[max(0, len(pressed)-30):], p, debug.Stack())
		}
	}()
	m := workbenchOver(t, b, size[0], size[1], func(o *tui.Options) {
		o.Home = nowhere{}
		o.Open = func(context.Context) (tui.Backend, error) { return sealed{b}, nil }
	})
	var due []tea.Cmd
	for range steps {
		key := keys[r.IntN(len(keys))]
		if strings.Contains(ansi.Strip(m.Screen()), " Write to ") {
			key = "esc" // a path that is typed blindly may be anywhere
		}
		pressed = append(pressed, key)
		_, cmd := m.Update(keyPress(key))
		due = append(due, cmd)
		if r.IntN(4) == 0 {
			drive(m, due...)
			due = nil
		}
		harmless(t, m, size[0], size[1])
		if t.Failed() {
			t.Fatalf("after %q:\n%s", pressed[max(0, len(pressed)-30):], ansi.Strip(m.Screen()))
		}
	}
	// However deep: escape leads back to where keys are commands.
	for range 2 * steps {
		_, cmd := m.Update(keyPress("esc"))
		due = append(due, cmd)
	}
	drive(m, due...)
	press(m, "?")
	if !strings.Contains(ansi.Strip(m.Screen()), "type to filter") {
		t.Errorf("after %q, esc does not lead back:\n%s", pressed[max(0, len(pressed)-30):], ansi.Strip(m.Screen()))
	}
}

var styling = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// harmless holds a screen to its size, and to text that acts neither on the terminal nor
// on what stands beside it.
func harmless(t *testing.T, m *tui.Model, w, h int) {
	t.Helper()
	screen := m.Screen()
	fits(t, "the screen", ansi.Strip(screen), w, h)
	acts(t, styling.ReplaceAllString(screen, ""))
	acts(t, m.View().WindowTitle)
}

func acts(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("the screen is no valid UTF-8")
	}
	for i, r := range text {
		if r != '\n' && (unicode.IsControl(r) || analysis.Hidden(r)) {
			t.Errorf("%U reaches the terminal: %q", r, text[max(0, i-30):min(len(text), i+30)])
			return
		}
	}
}

// pastedMegabytes pastes far too much into every field. What does not fit is said, and the
// next key has its effect.
func pastedMegabytes(t *testing.T, b *bench) {
	text := strings.Repeat("user=alice@example.com \x1b]52;c;aGk=\x07 日本 ", 1<<15)
	f := func(name, keys string) {
		t.Helper()
		m := workbenchOver(t, b, 120, 36, func(o *tui.Options) { o.At = &tui.Place{Screen: "findings"} })
		press(m, strings.Fields(keys)...)
		began := time.Now()
		_, cmd := m.Update(tea.PasteMsg{Content: text})
		drive(m, cmd)
		if screen := ansi.Strip(m.Screen()); !strings.Contains(screen, "cut: of ") {
			t.Errorf("%s: it is not said that text was cut:\n%s", name, screen)
		}
		harmless(t, m, 120, 36)
		press(m, "z", "backspace", "left")
		harmless(t, m, 120, 36)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
		press(m, "esc", "esc", "esc")
		harmless(t, m, 120, 36)
	}
	f("filter line", "/")
	f("palette", ":")
	f("help", "?")
	f("time", "t")
	f("SQL", "9")
	f("note", "a n")
	f("no field", "j")
}

// mistakes in a filter and in SQL say what is wrong, and what stood there before stays.
func mistakes(t *testing.T, b *bench) {
	f := func(place, again, right, wrong string, keep, say []string) {
		t.Helper()
		m := workbenchOver(t, b, 140, 40, func(o *tui.Options) { o.At = &tui.Place{Screen: "case"} })
		for _, text := range []string{right, wrong} {
			if text == wrong {
				place = again
			}
			press(m, strings.Fields(place)...)
			_, cmd := m.Update(tea.PasteMsg{Content: text})
			drive(m, cmd)
			press(m, "enter", "f5") // the one or the other
			screen := ansi.Strip(m.Screen())
			want := keep
			if text == wrong {
				want = append(slices.Clone(keep), say...)
			}
			for _, w := range want {
				if !strings.Contains(screen, w) {
					t.Errorf("after %q the screen lacks %q:\n%s", text, w, screen)
				}
			}
		}
	}
	f("3 /", "/", "op=sts:AssumeRole", " nosuch=1", []string{"row 1 of 672"}, []string{`unknown field "nosuch"`})
	f("3 /", "/", "op=sts:AssumeRole", " time>yesterdayish", []string{"row 1 of 672"}, []string{"yesterdayish"})
	f("9", "tab", "SELECT 6 * 7 AS answer", " FROM nosuch", []string{"answer", "42"}, []string{"the case has no table nosuch"})
	f("9", "tab", "SELECT 6 * 7 AS answer", ", error('no good')", []string{"answer", "42"}, []string{"no good"})
}

// click is a press of the left button and its release.
func click(m *tui.Model, x, y int) {
	for _, msg := range []tea.Msg{tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}, tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft}} {
		_, cmd := m.Update(msg)
		drive(m, cmd)
	}
}

// whereIs is where text stands on the screen; it fails where it does not.
func whereIs(t *testing.T, m *tui.Model, text string) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(ansi.Strip(m.Screen()), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return ansi.StringWidth(before), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, ansi.Strip(m.Screen()))
	return 0, 0
}

// mouse does with the mouse what it is there for.
func mouse(t *testing.T, b *bench) {
	m := workbenchOver(t, b, 160, 46, func(o *tui.Options) { o.At, o.NoMouse = &tui.Place{Screen: "events"}, false })
	shows := func(what string, texts ...string) {
		t.Helper()
		screen := ansi.Strip(m.Screen())
		for _, want := range texts {
			if !strings.Contains(screen, want) {
				t.Errorf("%s: the screen lacks %q:\n%s", what, want, screen)
			}
		}
		harmless(t, m, 160, 46)
	}
	at := func(text string) { t.Helper(); x, y := whereIs(t, m, text); click(m, x, y) }

	_, top := whereIs(t, m, "TIME")
	click(m, 30, top+4)
	shows("a click on a row", "row 3 of 3,798")
	_, cmd := m.Update(tea.MouseWheelMsg{X: 30, Y: top + 4, Button: tea.MouseWheelDown})
	drive(m, cmd)
	shows("the wheel", "of 3,798")
	at("TIME")
	shows("a click on a header", "TIME")

	press(m, "/")
	press(m, strings.Split("op=sts:AssumeRole", "")...)
	press(m, "enter")
	if screen := ansi.Strip(m.Screen()); strings.Contains(screen, "3,798 of 3,798") {
		t.Fatalf("the filter does nothing:\n%s", screen)
	}
	at("op=sts:AssumeRole")
	shows("a click on a chip", "3,798 of 3,798")

	for _, msg := range []tea.Msg{
		tea.MouseClickMsg{X: 60, Y: 6, Button: tea.MouseLeft},
		tea.MouseMotionMsg{X: 100, Y: 6, Button: tea.MouseLeft},
		tea.MouseReleaseMsg{X: 100, Y: 6, Button: tea.MouseLeft},
	} {
		_, cmd := m.Update(msg)
		drive(m, cmd)
	}
	if screen := ansi.Strip(m.Screen()); strings.Contains(screen, "3,798 of 3,798") {
		t.Errorf("a drag over the histogram does not narrow the time:\n%s", screen)
	}
	press(m, "u")
	shows("undo", "3,798 of 3,798")

	at("2 Findings")
	shows("a click on a tab", "CHECK NEXT")
	press(m, "enter")
	at("Findings ›")
	shows("a click on the breadcrumb", "CHECK NEXT")
	press(m, "x")
	shows("a menu", "Pivot")
	click(m, 1, 1)
	if screen := ansi.Strip(m.Screen()); strings.Contains(screen, "━ Pivot") {
		t.Errorf("a click beside a menu does not close it:\n%s", screen)
	}
	press(m, "x")
	click(m, 158, 44)
	if screen := ansi.Strip(m.Screen()); strings.Contains(screen, "━ Pivot") {
		t.Errorf("a click below a menu does not close it:\n%s", screen)
	}
	if m.View().MouseMode == tea.MouseModeNone {
		t.Error("the mouse is off")
	}
	press(m, "f2")
	shows("f2", "f2 takes it back")
	if m.View().MouseMode != tea.MouseModeNone {
		t.Error("f2 leaves the mouse on")
	}
}
