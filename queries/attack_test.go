package queries

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestAttack(t *testing.T) {
	matrix := Attack()
	id := regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	names := map[string]string{} // of a tactic, by id
	for _, technique := range matrix.Techniques() {
		if !id.MatchString(technique.ID) || technique.Name == "" || len(technique.Tactics) == 0 {
			t.Errorf("incomplete: %+v", technique)
		}
		for _, tactic := range technique.Tactics {
			if names[tactic.ID] == "" {
				names[tactic.ID] = tactic.Name
			}
			if names[tactic.ID] != tactic.Name {
				t.Errorf("%s: %s is %q here and %q elsewhere", technique.ID, tactic.ID, tactic.Name, names[tactic.ID])
			}
		}
		if !slices.IsSortedFunc(technique.Tactics, func(a, b Tactic) int { return TacticRank(a.ID) - TacticRank(b.ID) }) {
			t.Errorf("%s: its tactics are not in the order of the kill chain", technique.ID)
		}
		if next, ok := matrix.Technique(technique.ReplacedBy); ok && next.ReplacedBy != "" {
			t.Errorf("%s was replaced by %s, which was replaced itself", technique.ID, next.ID)
		}
	}
	if got := len(matrix.Techniques()); got < 140 {
		t.Errorf("%d techniques", got)
	}
	if names["TA0005"] != "Stealth" || names["TA0112"] != "Defense Impairment" {
		t.Errorf("the tactics are not those of v19: %v", names)
	}
	for tactic, name := range names {
		if TacticRank(tactic) > 14 {
			t.Errorf("%s %s has no place in the kill chain", tactic, name)
		}
	}
	if !strings.Contains(attackCSV, "© 2026 The MITRE Corporation. This work is reproduced and distributed with the") {
		t.Error("MITRE's terms ask for its sentence in every copy")
	}
}

func TestAttackCheck(t *testing.T) {
	f := func(id, want string) {
		t.Helper()
		err := Attack().Check(id)
		if got := ""; err == nil && got != want || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("Check(%s) = %v, want %q", id, err, want)
		}
	}
	f("T1685.002", "")
	f("T1098", "")
	f("T1562.008", "replaced by T1685.002 Disable or Modify Cloud Log")
	f("T1562.002", "replaced by T1685.001")
	f("T9999", "no technique")
	f("", "no technique")
}

func TestTacticRank(t *testing.T) {
	f := func(before, after string) {
		t.Helper()
		if TacticRank(before) >= TacticRank(after) {
			t.Errorf("%s must come before %s", before, after)
		}
	}
	f("TA0043", "TA0042")
	f("TA0001", "TA0002")
	f("TA0005", "TA0112")
	f("TA0112", "TA0006")
	f("TA0011", "TA0010")
	f("TA0010", "TA0040")
	f("TA0040", "TA9999")
}

func TestParseAttackErrors(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if _, err := parseAttack(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseAttack(%q): %v, want %q", text, err, want)
		}
	}
	const head = "id,name,tactic_ids,tactics,replaced_by\n"
	f("", "columns")
	f("id,name\n", "columns")
	f(head+"T1,a,TA0001;TA0002,Initial Access,\n", "2 tactic ids and 1 names")
	f(head+"T1,a,TA0001,Initial Access,\nT1,b,TA0001,Initial Access,\n", "twice")
	f(head+"T1,a\n", "wrong number of fields")
}
