package queries

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

var (
	//go:embed operations/operations.tsv
	operationsTSV string
	//go:embed operations/events.tsv
	eventsTSV string
)

// OperationSet is what an event can be of: the operations of AWS's APIs and the events
// that are none. A detection that asks for anything else cannot fire.
type OperationSet struct {
	services map[string]map[string]bool // names by service
}

// Operations reads the set that is part of the program.
func Operations() OperationSet {
	set := OperationSet{services: map[string]map[string]bool{}}
	for _, file := range []struct {
		text  string
		names int // the column that has them
	}{{operationsTSV, 2}, {eventsTSV, 1}} {
		for line := range strings.Lines(file.text) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(line, "#") {
				continue
			}
			columns := strings.Split(line, "\t")
			if len(columns) != 3 {
				panic(fmt.Errorf("read the bundled operations: %q has %d columns, not 3", columns[0], len(columns)))
			}
			set.add(columns[0], strings.Fields(columns[file.names]))
		}
	}
	return set
}

func (s OperationSet) add(service string, names []string) {
	if s.services[service] == nil {
		s.services[service] = make(map[string]bool, len(names))
	}
	for _, n := range names {
		s.services[service][n] = true
	}
}

// Has reports whether an event can have the operation, which is written as
// "iam:CreateUser". Upper and lower case differ.
func (s OperationSet) Has(operation string) bool {
	service, name, _ := strings.Cut(operation, ":")
	return s.services[service][name]
}

// HasName reports whether an event of any service can have the name.
func (s OperationSet) HasName(name string) bool {
	for _, names := range s.services {
		if names[name] {
			return true
		}
	}
	return false
}

// HasService reports whether there is a service whose events have the source
// service.amazonaws.com.
func (s OperationSet) HasService(service string) bool { return s.services[service] != nil }

// Matches reports whether an operation fits a pattern of LIKE, in which % stands for
// anything and _ for one character.
func (s OperationSet) Matches(pattern string) bool {
	for service, names := range s.services {
		for name := range names {
			if like(service+":"+name, pattern) {
				return true
			}
		}
	}
	return false
}

// Near returns the operation that was most likely meant, "" when nothing is near. The
// same name of another service is nearer than another name.
func (s OperationSet) Near(operation string) string {
	service, name, _ := strings.Cut(operation, ":")
	best, least := "", 1+len(operation)/4
	consider := func(candidate string, distance int) {
		if distance < least || distance == least && best != "" && candidate < best {
			best, least = candidate, distance
		}
	}
	for _, other := range slices.Sorted(maps.Keys(s.services)) {
		away := 0
		if other != service {
			away = 1
		}
		if s.services[other][name] && name != "" {
			consider(other+":"+name, away)
		}
		if other != service && edits(other, service, 2) > 2 {
			continue
		}
		for candidate := range s.services[other] {
			// Names in which only the case differs are what is meant, wherever they are.
			if strings.EqualFold(candidate, name) {
				consider(other+":"+candidate, away)
				continue
			}
			if d := edits(candidate, name, least-1-away); d < least-away {
				consider(other+":"+candidate, d+away)
			}
		}
	}
	return best
}

// like matches text with a pattern of SQL's LIKE, without escapes.
func like(text, pattern string) bool {
	parts := strings.Split(pattern, "%")
	if !fits(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	if len(parts) == 1 {
		return text == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := 0
		for !fits(text[at:], part) {
			if at++; at > len(text) {
				return false
			}
		}
		text = text[at+len(part):]
	}
	last := parts[len(parts)-1]
	return len(text) >= len(last) && fits(text[len(text)-len(last):], last)
}

// fits reports whether text begins with part, in which _ is any character.
func fits(text, part string) bool {
	if len(text) < len(part) {
		return false
	}
	for i := range len(part) {
		if part[i] != '_' && part[i] != text[i] {
			return false
		}
	}
	return true
}

// edits counts the letters to change, insert or remove to make a into b (Levenshtein);
// when they are more than most, it says most+1.
func edits(a, b string, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least > most {
			return most + 1
		}
	}
	return row[len(b)]
}
