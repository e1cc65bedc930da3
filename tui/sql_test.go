package tui

import (
	"strings"
	"testing"
)

func TestReadSQLError(t *testing.T) {
	f := func(statement, message, words, at, candidates string) {
		t.Helper()
		m := readSQLError(statement, message)
		if m.words != words {
			t.Errorf("words of %q are %q, want %q", message, m.words, words)
		}
		got := ""
		if m.line >= 0 {
			got = string([]rune(strings.Split(statement, "\n")[m.line])[m.from:m.to])
			if m.from == 0 {
				got = "^" + got
			}
		}
		if got != at {
			t.Errorf("the place in %q is %q, want %q", statement, got, at)
		}
		if all := strings.Join(m.candidates, " "); all != candidates {
			t.Errorf("candidates of %q are %q, want %q", message, all, candidates)
		}
	}
	// The statement as DuckDB ran it had a line before it.
	f("SELECT errcode\nFROM events",
		"query: Binder Error: Referenced column \"errcode\" not found in FROM clause!\nCandidate bindings: \"error_code\", \"event_id\"\n\nLINE 2: SELECT errcode\n               ^",
		`Binder Error: Referenced column "errcode" not found in FROM clause! Candidate bindings: "error_code", "event_id"`, "errcode", "error_code event_id")
	// Of a long line it shows a part.
	f("SELECT a, b, c FROM events WHERE eror IS NULL",
		"Binder Error: no eror\n\nLINE 1: ... events WHERE eror IS N...\n                         ^",
		"Binder Error: no eror", "eror", "")
	f("SELECT 1\nFROM evnts",
		"Catalog Error: Table with name evnts does not exist!\nDid you mean \"events\"?",
		`Catalog Error: Table with name evnts does not exist! Did you mean "events"?`, "evnts", "events")
	f("WHERE x", "query refused: syntax error at or near \"WHERE\"\n\nLINE 1: WHERE x\n        ^", `syntax error at or near "WHERE"`, "^WHERE", "")
	f("SELECT 1", "it holds 2 statements", "it holds 2 statements", "", "")
	f("SELECT 1", "Binder Error: LINE 1: nowhere\x1b[2J", `Binder Error: LINE 1: nowhere\u001b[2J`, "", "")
}

func TestCountBy(t *testing.T) {
	const want = "SELECT \"a\"\"b\", count(*) AS n\nFROM (\nSELECT 1 AS \"a\"\"b\"\n)\nGROUP BY ALL\nORDER BY n DESC, 1"
	if got := countBy("SELECT 1 AS \"a\"\"b\" ;\n", `a"b`); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestEditText: what is before the cursor is found and replaced, in lines and characters
// of any width.
func TestEditText(t *testing.T) {
	f := func(text string, line, column int, before string, from int, with, want, after string) {
		t.Helper()
		s := &sqlScreen{editor: newEditor()}
		s.setText(text, line, column)
		if got := s.before(); got != before {
			t.Errorf("before the cursor of %q stands %q, want %q", text, got, before)
		}
		s.replaceBefore(from, with)
		if got := s.editor.Value(); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if got := s.before(); got != after {
			t.Errorf("then %q stands before the cursor, want %q", got, after)
		}
	}
	f("SELECT ev FROM events", 0, 9, "SELECT ev", 7, "event_id", "SELECT event_id FROM events", "SELECT event_id")
	f("SELECT 1\nFROM ev\nLIMIT 1", 1, 7, "SELECT 1\nFROM ev", 14, "events", "SELECT 1\nFROM events\nLIMIT 1", "SELECT 1\nFROM events")
	f("SELECT 'é日', ev", 0, 15, "SELECT 'é日', ev", 16, "x", "SELECT 'é日', x", "SELECT 'é日', x")
	f("", 0, 0, "", 0, "SELECT", "SELECT", "SELECT")
	f("a", 0, 9, "a", 9, "b", "ab", "ab")
}

func TestVisible(t *testing.T) {
	if got := visible("a\u202eb\x1b[0m\u200bc"); got != "ab\x1b[0mc" {
		t.Errorf("%q", got)
	}
}
