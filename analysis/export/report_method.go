package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func (r Report) method(d *document) {
	d.section("Method")
	d.say("Log objects were read from their sources without changing them, hashed, and kept. Records were decoded to events; an event that was " +
		"delivered several times is counted once. Detections are SQL over these events: their results follow from the objects and the SQL below, and anybody can run them again.")
	rows := [][2]string{{"trailbench", r.Trailbench}, {"DuckDB", r.DuckDB}, {"ATT&CK", "v" + r.Attack}}
	if n := len(r.Detections); n > 0 {
		last := slices.MaxFunc(r.Detections, func(a, b ReportDetection) int { return a.RunAt.Compare(b.RunAt) })
		rows = append(rows, [2]string{"Detections last ran", stamp(last.RunAt) + " by " + last.RunBy}, [2]string{"Detections", number(int64(n))})
	}
	d.add(facts{rows})
	blind := table{head: []string{"Detection", "State", "Why"}}
	for _, one := range r.Detections {
		if one.State != analysis.Evaluated {
			blind.rows = append(blind.rows, []string{one.ID, string(one.State), strings.TrimSpace(one.Reason + " " + one.Missing)})
		}
	}
	if len(blind.rows) > 0 {
		d.add(heading{level: 3, text: "Detections that could not look everywhere"}, blind)
	}
}

// sql is that of the detections with findings in the report; of the others, the hash
// tells whether somebody else has the same.
func (r Report) sql(d *document) {
	if len(r.Detections) == 0 {
		return
	}
	hashes := table{head: []string{"Detection", "SHA-256 of its SQL"}}
	for _, one := range r.Detections {
		sum := sha256.Sum256([]byte(one.SQL))
		hashes.rows = append(hashes.rows, []string{one.ID, hex.EncodeToString(sum[:])})
	}
	d.add(heading{level: 3, text: "Detections that ran"}, hashes)
	for _, one := range r.Detections {
		if slices.ContainsFunc(r.Findings, func(f analysis.Finding) bool { return f.Detection == one.ID }) {
			d.add(heading{level: 3, text: "SQL of " + one.ID}, code{one.SQL})
		}
	}
}

func (r Report) integrity(d *document) {
	d.section("Integrity")
	counts := map[string]int64{}
	var unhashed int64
	for _, o := range r.Objects {
		counts[o.Status]++
		if o.SHA256 == "" {
			unhashed++
		}
	}
	rows := [][2]string{{"Log objects", number(int64(len(r.Objects)))}}
	for _, status := range sortedKeys(counts) {
		rows = append(rows, [2]string{"Of these " + status, number(counts[status])})
	}
	if unhashed > 0 {
		rows = append(rows, [2]string{"Of these without a hash", number(unhashed)})
	}
	d.add(facts{rows})
	bad := table{head: []string{"Object", "Status", "Why"}}
	all := table{head: []string{"SHA-256", "Bytes", "Records", "Status", "Object"}}
	for _, o := range r.Objects {
		if o.Status != string(analysis.StatusOK) {
			bad.rows = append(bad.rows, []string{o.URI, o.Status, o.Reason})
		}
		all.rows = append(all.rows, []string{o.SHA256, number(o.Size), number(o.Records), o.Status, o.URI})
	}
	if len(bad.rows) > 0 {
		d.add(heading{level: 3, text: "Not read in full"}, bad)
	}
	d.add(heading{level: 3, text: "All log objects"})
	d.say("The hash is that of the bytes as they were stored.")
	d.add(all)
}

func sortedKeys(counts map[string]int64) []string {
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func scopeText(s analysis.Scope) string {
	if s.IsZero() {
		return "the whole case"
	}
	var parts []string
	for _, part := range []struct{ word, value string }{
		{"from", stamp(s.Since)},
		{"until before", stamp(s.Until)},
		{"accounts", strings.Join(s.Accounts, ", ")},
		{"regions", strings.Join(s.Regions, ", ")},
	} {
		if part.value != "" {
			parts = append(parts, part.word+" "+part.value)
		}
	}
	return strings.Join(parts, "; ")
}

func categoriesText(all []analysis.Category) string {
	var parts []string
	for _, c := range all {
		parts = append(parts, categoryText(c))
	}
	return strings.Join(parts, "; ")
}

func categoryText(c analysis.Category) string {
	switch c {
	case analysis.CategoryData:
		return "data events (reads and writes of objects, calls of functions and the like)"
	case analysis.CategoryInsight:
		return "insight events (unusual rates of calls and errors)"
	case analysis.CategoryNetwork:
		return "network activity events (calls through VPC endpoints)"
	}
	return "management events"
}

func entityText(kind analysis.EntityKind) string {
	text := strings.TrimSuffix(strings.TrimSuffix(string(kind), "_arn"), "_id")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "_", " "), " ip", " IP")
	return strings.ToUpper(text[:1]) + text[1:]
}

// stamp is a time to the second, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

func number(n int64) string { return fmt.Sprint(n) }

// count is "1 event" or "5 events".
func count(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
