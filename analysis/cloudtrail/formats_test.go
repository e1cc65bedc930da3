package cloudtrail

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// sharedData finds the folder of real data beside the repository, and skips the test
// where there is none: none of it is part of the project.
func sharedData(t testing.TB, folder string) string {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(root) == root {
			t.Fatal("no go.mod above the test")
		}
		root = filepath.Dir(root)
	}
	folder = filepath.Join(root, "..", "shared", "data", folder)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("real data is not here: %v", err)
	}
	return folder
}

// decodeAll decodes one object and returns copies of all it holds.
func decodeAll(t testing.TB, opt Options, body []byte) (analysis.Content, []analysis.Event, []analysis.Reject) {
	t.Helper()
	var events []analysis.Event
	var rejects []analysis.Reject
	c, err := Decode(context.Background(), bytes.NewReader(body), opt, func(p analysis.Piece) error {
		for _, e := range p.Events {
			events = append(events, cloneEvent(e))
		}
		rejects = append(rejects, p.Rejects...)
		p.Release()
		return nil
	})
	if err != nil {
		t.Fatalf("Decode: %v", err)
	}
	return c, events, rejects
}

// TestFormats holds every file of the collection of export shapes against the number
// of records that its README states.
func TestFormats(t *testing.T) {
	dir := sharedData(t, "formats")
	readme, err := os.Open(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer readme.Close()
	files := 0
	for s := bufio.NewScanner(readme); s.Scan(); {
		cells := strings.Split(s.Text(), "|")
		if len(cells) < 7 {
			continue
		}
		want, err := strconv.Atoi(strings.TrimSpace(cells[3]))
		if err != nil {
			continue
		}
		files++
		name := strings.TrimSpace(cells[1])
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			c, events, rejects := decodeAll(t, Options{Object: analysis.Object{Key: name}}, body)
			t.Logf("%s, %s %s, %d rejects %s", c.Status, c.Kind, c.Format, len(rejects), c.Reason)
			if len(events) != want || c.Records != int64(want) {
				t.Errorf("%d events, Content.Records %d, want %d", len(events), c.Records, want)
			}
			if n := undecodable(rejects); c.Rejects != n {
				t.Errorf("Content.Rejects %d, %d handed over", c.Rejects, n)
			}
			for i, e := range events {
				if i > 0 && i < len(events)-1 {
					continue
				}
				if _, err := RecordAt(bytes.NewReader(body), e.Offset, e.Length); err != nil {
					t.Fatal(err)
				}
			}
			decoy := strings.TrimSpace(cells[5]) == "decoy" || strings.Contains(cells[6], "PutAuditEvents") || strings.Contains(cells[2], "PutAuditEvents")
			if decoy && c.Status != analysis.StatusIgnored {
				t.Errorf("status of a decoy is %s", c.Status)
			}
		})
	}
	if files < 50 {
		t.Errorf("the README lists %d files", files)
	}
}

// undecodable counts the rejects that are a loss.
func undecodable(rejects []analysis.Reject) int64 {
	var n int64
	for _, r := range rejects {
		if !r.Foreign {
			n++
		}
	}
	return n
}
