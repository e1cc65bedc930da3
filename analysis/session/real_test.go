package session

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// TestRealLogs runs over the real logs and prints how many sessions they hold, and
// how the chains of their keys end.
func TestRealLogs(t *testing.T) {
	var list []*analysis.Event
	byOperation := map[string]int{}
	sessions, keys, parents, ends := 0, 0, 0, 0
	realRecords(t, func(r *record) {
		e := r.event()
		list = append(list, e)
		s := Of(e)
		if s == nil {
			return
		}
		sessions++
		byOperation[e.Operation]++
		if s.IssuedKey != "" {
			keys++
		}
		if s.ParentKey != "" {
			parents++
		}
		if s.ExpiresAt != 0 {
			ends++
			if s.ExpiresAt < e.EventTime {
				t.Logf("%s %s ends before it begins", e.Operation, e.EventID)
			}
		} else if expires := value(e.ResponseElements, "credentials", "expiration"); expires != "" {
			t.Errorf("%s %s: expiration %s is not understood", e.Operation, e.EventID, expires)
		}
	})
	t.Logf("%d records, %d sessions: %d name the issued key, %d the parent's, %d the end", len(list), sessions, keys, parents, ends)
	for _, op := range slices.Sorted(maps.Keys(byOperation)) {
		t.Logf("  %-32s %4d", op, byOperation[op])
	}
	if sessions == 0 {
		t.Error("no session in the real logs")
	}

	lookup := lookupOf(list...)
	asked := map[string]bool{}
	proofs := map[Proof]int{}
	deepest, cut := 0, 0
	for _, u := range lookup.uses {
		asked[u.Key] = true
	}
	for _, r := range lookup.rows {
		if r.IssuedKey != "" {
			asked[r.IssuedKey] = true
		}
	}
	for key := range asked {
		tree, err := Chain(context.Background(), lookup, key)
		if err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		if tree.Cut != "" {
			cut++
			t.Logf("%s: %s", key, tree.Cut)
		}
		deepest = max(deepest, count(tree.Root, proofs))
	}
	t.Logf("chains of %d keys: deepest %d links, %d cut; links by proof %v", len(asked), deepest, cut, proofs)
}

// count adds a tree's links to proofs and returns how deep it is.
func count(l *Link, proofs map[Proof]int) int {
	depth := 0
	if l.Proof != "" {
		proofs[l.Proof]++
	}
	for _, c := range l.Children {
		depth = max(depth, count(c, proofs))
	}
	return depth + 1
}

// realRecords calls f for every record in the shared data, whatever it is wrapped in,
// once for each event ID and request.
func realRecords(t testing.TB, f func(*record)) {
	t.Helper()
	root := sharedData(t)
	seen := map[string]bool{}
	emit := func(raw json.RawMessage) bool {
		var r record
		if json.Unmarshal(raw, &r) != nil || r.EventName == "" || r.EventSource == "" || r.CloudTrailEvent != "" {
			return false
		}
		key := r.EventID + "\x00" + compact(r.RequestParameters) + "\x00" + r.EventName
		if !seen[key] {
			seen[key] = true
			f(&r)
		}
		return true
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".json", ".jsonl", ".ndjson", ".gz", ".raw", ".txt":
		default:
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, _ = io.ReadAll(z) // what a truncated sample holds is enough
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		for {
			var raw json.RawMessage
			if dec.Decode(&raw) != nil {
				return nil // the end, or a sample that is no JSON on purpose
			}
			unwrap(raw, emit)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unwrap finds the records in a JSON value, also those inside of strings.
func unwrap(raw json.RawMessage, emit func(json.RawMessage) bool) {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
	case raw[0] == '{':
		if emit(raw) {
			return
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) == nil {
			for _, name := range slices.Sorted(maps.Keys(object)) {
				unwrap(object[name], emit)
			}
		}
	case raw[0] == '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for _, v := range list {
				unwrap(v, emit)
			}
		}
	case raw[0] == '"' && bytes.Contains(raw, []byte("eventName")):
		var s string
		if json.Unmarshal(raw, &s) == nil && json.Valid([]byte(s)) {
			unwrap(json.RawMessage(s), emit)
		}
	}
}

// sharedData finds the real logs beside the repository.
func sharedData(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skipf("the real logs are not here: %v", err)
	}
	return data
}
