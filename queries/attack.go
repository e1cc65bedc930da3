package queries

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed attack/techniques.csv
var attackCSV string

// Technique is a technique or sub-technique of MITRE ATT&CK.
type Technique struct {
	ID   string // T1685.002
	Name string
	// Tactics it serves, in the order of the kill chain.
	Tactics []Tactic
	// ReplacedBy is the technique that took its place, "" for one that is in use.
	ReplacedBy string
}

// Tactic is what an intruder wants from a technique.
type Tactic struct {
	ID   string // TA0112
	Name string
}

// Matrix is the part of ATT&CK that detections may name. The version is in the file
// that it is read from, attack/techniques.csv.
type Matrix struct {
	techniques map[string]Technique
}

// Attack reads the matrix that is part of the program.
func Attack() Matrix {
	m, err := parseAttack(attackCSV)
	if err != nil {
		panic(fmt.Errorf("read the bundled ATT&CK techniques: %w", err))
	}
	return m
}

// Technique returns the technique with the id; one that was replaced is there, too.
func (m Matrix) Technique(id string) (Technique, bool) {
	t, ok := m.techniques[id]
	return t, ok
}

// Techniques lists them by id.
func (m Matrix) Techniques() []Technique {
	var all []Technique
	for _, id := range slices.Sorted(maps.Keys(m.techniques)) {
		all = append(all, m.techniques[id])
	}
	return all
}

// Check says why a detection may not name the technique id.
func (m Matrix) Check(id string) error {
	t, ok := m.techniques[id]
	switch {
	case !ok:
		return fmt.Errorf("attack: %q is no technique of queries/attack/techniques.csv", id)
	case t.ReplacedBy != "":
		return fmt.Errorf("attack: %s %s was replaced by %s", id, t.Name, strings.TrimSpace(t.ReplacedBy+" "+m.techniques[t.ReplacedBy].Name))
	}
	return nil
}

// TacticRank is the place of a tactic in the kill chain, from 0; one that is not of
// the matrix comes after all others.
func TacticRank(id string) int {
	chain := []string{
		"TA0043", // Reconnaissance
		"TA0042", // Resource Development
		"TA0001", // Initial Access
		"TA0002", // Execution
		"TA0003", // Persistence
		"TA0004", // Privilege Escalation
		"TA0005", // Stealth
		"TA0112", // Defense Impairment
		"TA0006", // Credential Access
		"TA0007", // Discovery
		"TA0008", // Lateral Movement
		"TA0009", // Collection
		"TA0011", // Command and Control
		"TA0010", // Exfiltration
		"TA0040", // Impact
	}
	if i := slices.Index(chain, id); i >= 0 {
		return i
	}
	return len(chain)
}

func parseAttack(text string) (Matrix, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		return Matrix{}, err
	}
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"id", "name", "tactic_ids", "tactics", "replaced_by"}) {
		return Matrix{}, fmt.Errorf("its columns are not id, name, tactic_ids, tactics, replaced_by")
	}
	m := Matrix{techniques: make(map[string]Technique, len(rows))}
	for _, row := range rows[1:] {
		t := Technique{ID: row[0], Name: row[1], ReplacedBy: row[4]}
		ids, names := strings.Split(row[2], ";"), strings.Split(row[3], ";")
		if len(ids) != len(names) {
			return Matrix{}, fmt.Errorf("%s: %d tactic ids and %d names", t.ID, len(ids), len(names))
		}
		for i, id := range ids {
			t.Tactics = append(t.Tactics, Tactic{ID: id, Name: names[i]})
		}
		slices.SortStableFunc(t.Tactics, func(a, b Tactic) int { return TacticRank(a.ID) - TacticRank(b.ID) })
		if _, ok := m.techniques[t.ID]; ok {
			return Matrix{}, fmt.Errorf("%s is there twice", t.ID)
		}
		m.techniques[t.ID] = t
	}
	return m, nil
}
