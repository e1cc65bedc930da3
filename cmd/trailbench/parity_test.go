package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// TestTheLineOnScreenGivesTheSame: what `y l` copies, on every screen, is a command line
// that works, and where the screen shows a list it prints the rows of that list.
func TestTheLineOnScreenGivesTheSame(t *testing.T) {
	b := sampleBench(t)
	events, err := b.Rows(t.Context(), analysis.List{Of: analysis.ListEvents}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	star := analysis.Mark{Ref: analysis.Ref{Kind: analysis.RefEvent, ID: events[0].Key}, Starred: true}
	if _, err := b.SetMarks(t.Context(), []analysis.Mark{star}); err != nil { // so that there is a story
		t.Fatal(err)
	}
	looked(t, b)
	dialogs := []string{"look", "pivot", "time", "accounts", "palette", "help", "export", "annotate", "copy", "columns"}
	for _, s := range sampleScreens() {
		if slices.Contains(dialogs, s.name) {
			continue
		}
		m := workbenchOver(t, b, 200, 60, func(o *tui.Options) { o.At = &tui.Place{Screen: "case"} })
		press(m, append([]string{"1"}, s.keys...)...)
		args := m.Args()
		if len(args) == 0 {
			t.Errorf("%s: no command prints it", s.name)
			continue
		}
		printed := printedBy(t, b, s.name, args)
		l, ok := m.OnScreen()
		if !ok || !slices.Equal(args, l.Args()) {
			if len(bytes.TrimSpace(printed)) == 0 {
				t.Errorf("%s: trailbench %s prints nothing", s.name, strings.Join(args, " "))
			}
			continue
		}
		rows, err := b.Rows(t.Context(), l, 0, 10_000)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		lines := bytes.Split(bytes.TrimSpace(printed), []byte("\n"))
		if len(rows) == 0 {
			lines = lines[:len(lines)-1]
		}
		if len(lines) != len(rows) {
			t.Errorf("%s: trailbench %s prints %d rows, the screen has %d", s.name, strings.Join(args, " "), len(lines), len(rows))
			continue
		}
		if len(l.Columns) == 0 {
			continue // no table of it is on screen, only what it comes to
		}
		for i, line := range lines {
			if got, want := decoded(t, line), screenRow(t, l, rows[i]); !sameRow(got, want) {
				t.Errorf("%s: row %d of trailbench %s is\n%v\non the screen it is\n%v", s.name, i+1, strings.Join(args, " "), got, want)
				break
			}
		}
	}
}

// printedBy runs a command line over the open case, as JSON lines.
func printedBy(t *testing.T, b *bench, name string, args []string) []byte {
	t.Helper()
	var out bytes.Buffer
	_, err := use(t.Context(), b, func(ctx context.Context, st *store.Store) ([]string, error) {
		return b.command(ctx, st, &out, listener{}, append(slices.Clone(args), "--format=jsonl")...)
	})
	if err != nil {
		t.Errorf("%s: trailbench %s: %v", name, strings.Join(args, " "), err)
	}
	return out.Bytes()
}

func decoded(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var row map[string]any
	if err := json.Unmarshal(line, &row); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return row
}

// screenRow is a row of the screen as JSON would have it.
func screenRow(t *testing.T, l analysis.List, r analysis.ListRow) map[string]any {
	t.Helper()
	row := map[string]any{}
	for i, name := range l.Columns {
		row[name] = r.Values[i]
	}
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, text)
}

// sameRow compares the values that both have, times by their instant's text without the
// fraction's trailing zeros, and JSON columns by their text.
func sameRow(got, want map[string]any) bool {
	if len(got) != len(want) {
		return false
	}
	for name, w := range want {
		g, ok := got[name]
		if !ok || asText(g) != asText(w) {
			return false
		}
	}
	return true
}

func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
