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

// Judgements returns what was judged about findings over real logs, by data set and
// detection joined with a tab: a word such as "right" or "noise", a colon, and why.
func Judgements() map[string]string {
	judged := map[string]string{}
	for _, row := range proofLines("judgements.tsv", 3) {
		judged[row[0]+"\t"+row[1]] = row[2]
	}
	return judged
}
