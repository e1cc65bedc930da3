package tui

import (
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// sqlMistake is what DuckDB says is wrong with a statement, in words and, where it says
// so, with the place.
type sqlMistake struct {
	words string
	// text is the line of the statement where it is, from and to the word in it, in
	// characters; line is -1 where no place is named.
	line, from, to int
	text           string
	// candidates are names that may have been meant.
	candidates []string
}

var (
	lineOfError = regexp.MustCompile(`^LINE (\d+): `)
	candidates  = regexp.MustCompile(`(?i)(?:candidate bindings|candidate tables|did you mean)[^"]*(("[^"]+"[, or?]*)+)`)
	quotedName  = regexp.MustCompile(`"([^"]+)"`)
	missingName = regexp.MustCompile(`(?:Referenced column|Table with name|Scalar Function with name|at or near) "?([\w.]+)"?`)
)

// readSQLError finds in DuckDB's words where in a statement the mistake is. What DuckDB
// ran may have had lines before and after the statement, so the place is looked up by
// the text of its line.
func readSQLError(statement, message string) sqlMistake {
	m := sqlMistake{line: -1}
	var words []string
	lines := strings.Split(message, "\n")
	for i, l := range lines {
		if at := lineOfError.FindString(l); at != "" {
			if i+1 < len(lines) {
				m.find(statement, []rune(l[len(at):]), len([]rune(lines[i+1]))-1-len(at))
			}
			break
		}
		if l = strings.TrimSpace(l); l != "" {
			words = append(words, l)
		}
	}
	m.words = analysis.Clean(strings.TrimPrefix(strings.TrimPrefix(strings.Join(words, " "), "query: "), "query refused: "))
	for _, found := range candidates.FindAllStringSubmatch(message, -1) {
		for _, name := range quotedName.FindAllStringSubmatch(found[1], -1) {
			m.candidates = append(m.candidates, analysis.Clean(name[1]))
		}
	}
	if named := missingName.FindStringSubmatch(message); m.line < 0 && named != nil {
		m.findName(statement, named[1])
	}
	return m
}

// find looks for the line that DuckDB showed, with the caret below one of its characters.
func (m *sqlMistake) find(statement string, shown []rune, caret int) {
	cut := 0
	part := string(shown)
	if rest, ok := strings.CutPrefix(part, "..."); ok {
		part, cut = rest, 3
	}
	part = strings.TrimRight(strings.TrimSuffix(part, "..."), " ")
	for i, l := range strings.Split(statement, "\n") {
		at := strings.Index(l, part)
		if at < 0 || part == "" {
			continue
		}
		m.at(i, l, len([]rune(l[:at]))+caret-cut)
		return
	}
}

// findName looks for a name as a whole word.
func (m *sqlMistake) findName(statement, name string) {
	word, err := regexp.Compile(`(?i)\b` + regexp.QuoteMeta(name) + `\b`)
	if err != nil {
		return
	}
	for i, l := range strings.Split(statement, "\n") {
		if at := word.FindStringIndex(l); at != nil {
			m.at(i, l, len([]rune(l[:at[0]])))
			return
		}
	}
}

// at notes the place, and how far the word there goes.
func (m *sqlMistake) at(line int, text string, from int) {
	runes := []rune(text)
	if from < 0 || from > len(runes) {
		return
	}
	m.line, m.text, m.from, m.to = line, text, from, from
	for m.to < len(runes) && wordRune(runes[m.to]) {
		m.to++
	}
}

func wordRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
