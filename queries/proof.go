package queries

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed proof/*.tsv
var proofFiles embed.FS

// proofLines reads a table of proof/: tab-separated lines, # begins a comment.
func proofLines(name string, columns int) [][]string {
	text, err := proofFiles.ReadFile("proof/" + name)
	if err != nil {
		panic(err)
	}
	var rows [][]string
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			panic(fmt.Sprintf("proof/%s line %d has %d columns, not %d", name, i+1, len(row), columns))
		}
		rows = append(rows, row)
	}
	return rows
}

// Ideas returns which detections answer which labelled idea of other rule packs, and
// why misses and false alarms stand, by idea and test name joined with a tab.
func Ideas() (answers map[string][]string, standing map[string]string) {
	answers, standing = map[string][]string{}, map[string]string{}
	for _, row := range proofLines("ideas.tsv", 2) {
		answers[row[0]] = append(answers[row[0]], row[1])
	}
	for _, row := range proofLines("standing.tsv", 3) {
		standing[row[0]+"\t"+row[1]] = row[2]
	}
	return answers, standing
}

// ProvenTechnique is an attack technique whose events reach CloudTrail, and what is
// about it.
type ProvenTechnique struct {
	Name string
	// Recorded is set when a recording of it is replayed; otherwise the fixtures of
	// Detections have its key events.
	Recorded   bool
	KeyEvents  []string
	Detections []string // ids
}

// Techniques lists the attack techniques that are proven, in order of their names.
func Techniques() []ProvenTechnique {
	var all []ProvenTechnique
	for _, row := range proofLines("techniques.tsv", 4) {
		t := ProvenTechnique{Name: row[0], Recorded: row[1] == "recorded", Detections: strings.Split(row[3], ",")}
		if row[2] != "-" {
			t.KeyEvents = strings.Split(row[2], ",")
		}
		all = append(all, t)
	}
	return all
}

// ReplayedIncident is a public incident and a sequence that replays it.
type ReplayedIncident struct {
	Name      string
	Words     string // by which the fixture's comment names it
	Detection string // id
}

// Incidents lists the public incidents that sequences replay.
func Incidents() []ReplayedIncident {
	var all []ReplayedIncident
	for _, row := range proofLines("incidents.tsv", 3) {
		all = append(all, ReplayedIncident{Name: row[0], Words: row[1], Detection: row[2]})
	}
	return all
}

// Judgements returns what was judged about findings over real logs, by data set and
// detection joined with a tab: a word such as "right" or "noise", a colon, and why.
func Judgements() map[string]string {
	judged := map[string]string{}
	for _, row := range proofLines("judgements.tsv", 3) {
		judged[row[0]+"\t"+row[1]] = row[2]
	}
	return judged
}
