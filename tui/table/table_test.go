package table

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a screen, without its colours, with testdata/name.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	got = ansi.Strip(got) + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is now\n%s", path, got)
	}
}

// exact fails unless the screen is width×height cells.
func exact(t *testing.T, screen string, width, height int) {
	t.Helper()
	lines := strings.Split(screen, "\n")
	if len(lines) != height {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), height, ansi.Strip(screen))
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n != width {
			t.Fatalf("line %d is %d cells, want %d: %q", i, n, width, line)
		}
	}
}

func eventColumns() []Column {
	return []Column{
		{Name: "event_time", Title: "09 NOV", Kind: analysis.ColumnTime, Width: 8},
		{Name: "operation", Title: "OPERATION", Width: 34, Min: 18},
		{Name: "error_code", Title: "RESULT", Width: 11, Min: 8, Tone: func(value string) Tone {
			if value == "ok" {
				return OK
			}
			return Failed
		}},
		{Name: "resource", Title: "RESOURCE", Min: 12},
		{Name: "source_ip", Title: "SOURCE IP", Width: 15},
		{Name: "n", Title: "BYTES", Kind: analysis.ColumnNumber, Width: 9},
		{Name: "user_agent", Title: "USER AGENT", Min: 10},
	}
}

func eventRows() []Row {
	rows := []Row{
		{Key: "1", Cells: []string{"02:19:03", "sts:AssumeRole", "ok", "OrgAdmin", "203.0.113.77", "812", "aws-cli/2.17.9"}},
		{Key: "2", Cells: []string{"02:19:07", "sts:GetCallerIdentity", "ok", "", "203.0.113.77", "0", "aws-cli/2.17.9"}},
		{Key: "3", Cells: []string{"02:31:02", "cloudtrail:StopLogging", "ok", "org-trail", "203.0.113.77", "71204", "aws-cli/2.17.9"}, Marks: Marks{Starred: true}},
		{Key: "4", Cells: []string{"02:33:19", "guardduty:DeleteDetector", "✗ Denied", "12abc34d567e", "203.0.113.77", "9", "evil\x1b[31m\u202eagent"}},
		{Key: "5", Cells: []string{"03:11:44", "s3:PutBucketPolicy", "ok", "日本語のバケット名はとても長いです", "203.0.113.77", "18", "e\u0301\u0301 ൎ שלום"}, Marks: Marks{Starred: true, Noted: true}},
		{Key: "6", Cells: []string{"03:19:31", "ec2:AuthorizeSecurityGroupIngressAndMore", "ok", "sg-0f9e8d", "198.51.100.23", "1", ""}},
	}
	return rows
}

func eventTable(styles theme.Styles, o Options, width, height int) *Table {
	t := New(styles, o)
	t.SetSize(width, height)
	t.SetColumns(eventColumns())
	t.SetSort(analysis.Order{Column: "event_time"})
	return t
}

func TestView(t *testing.T) {
	for _, width := range []int{58, 80, 120, 200} {
		tab := eventTable(theme.New(theme.Options{}), Options{Frozen: 1, MuteRepeated: true}, width, 12)
		tab.SetTotal(9, true)
		tab.Fill(0, 6, eventRows())
		tab.To(4)
		tab.ToColumn(3)
		tab.Select("3", "6")
		exact(t, tab.View(), width, 12)
		golden(t, fmt.Sprintf("events-%d", width), tab.View())
		tab.ToColumn(5)
		tab.SetSort(analysis.Order{Column: "n", Descending: true})
		golden(t, fmt.Sprintf("scrolled-%d", width), tab.View())
	}
	tab := eventTable(theme.New(theme.Options{ASCII: true, NoColor: true}), Options{Frozen: 1, NoRule: true}, 80, 9)
	tab.SetTotal(9, true)
	tab.Fill(0, 6, eventRows())
	tab.BeginRange()
	tab.To(4)
	golden(t, "ascii", tab.View())
}

// TestColours: what a row is and what a value says are both seen.
func TestColours(t *testing.T) {
	tab := eventTable(theme.New(theme.Options{}), Options{MuteRepeated: true}, 90, 6)
	tab.Fill(0, 9, eventRows()[:4])
	tab.Down()
	golden(t, "colours", strings.ReplaceAll(tab.View(), "\x1b", "␛"))
}

// TestAnyMoves: whatever moves and answers come in whichever order, the screen is
// exactly its size, the cursor is on it, and what is asked for is not held.
func TestAnyMoves(t *testing.T) {
	hostile := []string{"", "a", "plain value", "日本語", "a\u0300\u0301", "🇩🇪🇩", "👩‍👩‍👧", "ൎ", "\u0600\u0600", "עברית", "x\ty\r\n\x1b]0;t\a", "\xff\xfe", "ᄀ가", "ﷺﷺ", strings.Repeat("long ", 40), "नमस्ते"}
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 1))
		total := r.IntN(300)
		from := func(offset, n int) (rows []Row) {
			for i := offset; i < min(offset+n, total); i++ {
				row := Row{Key: fmt.Sprint(i), Marks: Marks{Starred: i%7 == 0, Noted: i%3 == 0}}
				for c := range 7 {
					row.Cells = append(row.Cells, hostile[(i*5+c)%len(hostile)])
				}
				rows = append(rows, row)
			}
			return rows
		}
		tab := New(theme.New(theme.Options{ASCII: seed%2 == 0}), Options{Frozen: r.IntN(3), NoHeader: seed%5 == 0, NoRule: seed%3 == 0, MuteRepeated: seed%2 == 1})
		width, height := 80, 24
		tab.SetSize(width, height)
		tab.SetColumns(eventColumns())
		moves := []func(){
			tab.Up, tab.Down, tab.Left, tab.Right, tab.PageUp, tab.PageDown, tab.HalfPageUp, tab.HalfPageDown, tab.First, tab.Last,
			func() { tab.To(r.IntN(400) - 50) },
			func() { tab.Scroll(r.IntN(21) - 10) },
			func() { tab.ToColumn(r.IntN(9) - 1) },
			func() { tab.Resize(r.IntN(41) - 20) },
			func() { tab.ToggleSelected() },
			func() { tab.BeginRange() },
			func() { tab.EndRange() },
			func() { tab.SetTotal(total, true) },
			func() { width, height = r.IntN(140), r.IntN(40); tab.SetSize(width, height) },
			func() { tab.Restore(tab.State()) },
			tab.Refresh,
			func() {
				if r.IntN(8) == 0 {
					tab.Reset()
				}
			},
			func() {
				if offset, n, ok := tab.Need(); ok {
					tab.Fill(offset, n, from(offset, n))
				}
			},
			func() {
				n, offset := r.IntN(50), r.IntN(total+1)
				tab.Fill(offset, n, from(offset, n))
				if held := len(tab.window.rows); held > 7*tab.page() {
					t.Fatalf("%d rows held for pages of %d", held, tab.page())
				}
			},
		}
		for range 400 {
			moves[r.IntN(len(moves))]()
			if width == 0 || height == 0 {
				if got := tab.View(); got != "" {
					t.Fatalf("a screen without size shows %q", got)
				}
				continue
			}
			exact(t, tab.View(), width, height)
			row, column := tab.Cursor()
			if limit, _ := tab.Total(); row < 0 || limit > 0 && row >= limit {
				t.Fatalf("cursor on row %d of %d", row, limit)
			}
			if row < tab.top || row >= tab.top+tab.page() {
				t.Fatalf("row %d is not visible from %d on, %d a page", row, tab.top, tab.page())
			}
			visible := func(p placed) bool { return p.column == column }
			if placed := tab.layout(); len(placed) > 0 && !slices.ContainsFunc(placed, visible) {
				t.Fatalf("column %d is not among the visible ones %v", column, placed)
			}
		}
		// Answering settles: at last nothing is needed, and what is visible is there.
		if width == 0 || height == 0 {
			tab.SetSize(80, 24)
		}
		for range 100 {
			offset, n, ok := tab.Need()
			if !ok {
				break
			}
			tab.Fill(offset, n, from(offset, n))
		}
		if _, _, ok := tab.Need(); ok {
			t.Fatalf("seed %d: asks forever", seed)
		}
		if n, known := tab.Total(); known && n != total {
			t.Fatalf("seed %d: %d rows, want %d", seed, n, total)
		}
		if row, _ := tab.Cursor(); total > 0 {
			if got, ok := tab.Current(); !ok || got.Key != fmt.Sprint(row) {
				t.Fatalf("seed %d: row %d is %q, %v", seed, row, got.Key, ok)
			}
		}
	}
}
