package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/queries"
)

// TestTacticCounts: a finding counts once for each tactic, however many of its techniques
// serve it.
func TestTacticCounts(t *testing.T) {
	f := func(want string, sets ...analysis.ValueCount) {
		t.Helper()
		var got []string
		for _, c := range tacticCounts(queries.Attack(), sets) {
			got = append(got, fmt.Sprintf("%s %d %s", c.ID, c.Findings, strings.Join(c.Techniques, ",")))
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%v: %s\nwant %s", sets, s, want)
		}
	}
	f("")
	f("", analysis.ValueCount{Value: "", Count: 3})
	f("", analysis.ValueCount{Value: "[T0000]", Count: 3})
	f("TA0112 2 T1685.002", analysis.ValueCount{Value: "[T1685.002]", Count: 2})
	f("TA0112 3 T1685,T1685.002", analysis.ValueCount{Value: "[T1685.002, T1685]", Count: 2}, analysis.ValueCount{Value: "T1685", Count: 1})
	f("TA0112 2 T1685.002; TA0010 1 T1537", analysis.ValueCount{Value: "[T1685.002]", Count: 1}, analysis.ValueCount{Value: "[T1537, T1685.002]", Count: 1})
}
