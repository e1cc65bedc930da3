package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/tui"
)

// capture is a picture of README: a screen of the sample incident, and what one sees there.
type capture struct {
	name, keys  string
	title, desc string
}

func captures() []capture {
	return []capture{
		{"overview", "", "Overview", "Events over time, the ranked stories, findings by severity, what is first seen, who was most active, and where logs are missing."},
		{"findings", "2", "Findings", "The findings, the most severe first, beside why the first one fired, its evidence and what to check next."},
		{"story", "2 i enter", "A story", "One attack step by step: the findings and events that belong together, in order of time."},
		{"event", "2 enter enter", "An event", "A record as a tree, beside who called, what was called and what is known of it."},
		{"chain", "2 x c", "A chain", "Where a credential came from and what was made with it, across roles and accounts, with lanes over time."},
		{"principal", "2 j x p", "A principal", "What one principal did: operations, addresses, keys, resources, errors and findings, against its usual."},
		{"resource", "2 x r", "A resource", "What became of one resource: its changes over time, what each one set beside what is there now, and whether it is still open."},
		{"posture", "8", "Posture", "What is open: the checks that fail, those first that fail on what was changed in the incident, beside who changed it, why it matters and the command that closes it."},
		{"pivot", "2 x", "Pivots", "From the value under the cursor: only this, without it, or to the events, addresses, keys and chains around it."},
		{"sources", "S", "Sources", "Which hours of which account and region the logs cover, and where they are missing."},
	}
}

// TestCaptures holds the pictures of README to what the workbench looks like.
// go test ./cmd/trailbench -run TestCaptures -update draws them anew.
func TestCaptures(t *testing.T) {
	const w, h, most = 120, 36, 150_000
	b := sampleBench(t)
	looked(t, b)
	for _, c := range captures() {
		m := workbenchOver(t, b, w, h, func(o *tui.Options) {
			if c.keys != "" {
				o.At = &tui.Place{Screen: "case"} // which is quickly there
			}
		})
		press(m, strings.Fields(c.keys)...)
		got := picture(m.Screen(), w, h, "trailbench: "+c.title, c.desc)
		if len(got) > most {
			t.Errorf("%s.svg has %d bytes, more than %d", c.name, len(got), most)
		}
		path := filepath.Join("..", "..", "tui", "captures", c.name+".svg")
		if *rewrite {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(path); err != nil || string(want) != got {
			t.Errorf("%s shows another screen than the workbench (%v): draw it anew with -update", path, err)
		}
	}
}
