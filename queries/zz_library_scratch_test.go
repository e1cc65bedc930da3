package queries_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

func TestScratchOverlap(t *testing.T) {
	lib := queries.Bundled()
	bench := newBench(t)
	facts := map[string]detect.Facts{}
	if err := bench.Case(t.Context(), nil, func(st *store.Store) error {
		probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
		if err != nil {
			return err
		}
		defer probe.Close()
		for _, d := range lib.Detections {
			tree, err := probe.Tree(t.Context(), d.SQL)
			if err != nil {
				return err
			}
			facts[d.ID] = detect.FactsOf(tree)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	out, _ := os.Create("/tmp/w/library/overlap.txt")
	defer out.Close()
	only := os.Getenv("ONLY")
	for _, d := range lib.Detections {
		if only != "" && !strings.Contains(d.ID, only) {
			continue
		}
		text, err := os.ReadFile(strings.TrimSuffix(d.Path, ".sql") + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		f, err := proof.ParseFixture(text)
		if err != nil {
			t.Fatal(err)
		}
		var records []any
		match := map[string]bool{}
		for _, e := range f.Events {
			records = append(records, e.Record)
			if e.Role == "match" {
				match[e.ID] = true
			}
		}
		err = bench.Case(t.Context(), records, func(st *store.Store) error {
			probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
			if err != nil {
				return err
			}
			defer probe.Close()
			ops, err := probe.Operations(t.Context())
			if err != nil {
				return err
			}
			var can []analysis.Detection
			for _, x := range lib.Detections {
				fx := facts[x.ID]
				if fx.Selective && !slices.ContainsFunc(fx.Operations, func(op string) bool { return ops[op] > 0 }) {
					continue
				}
				can = append(can, x)
			}
			var own []analysis.Finding
			type of struct {
				d analysis.Detection
				f []analysis.Finding
			}
			var others []of
			err = detect.Run(t.Context(), probe, can, detect.Options{}, func(r analysis.DetectionResult) error {
				if r.Err != nil {
					return r.Err
				}
				if r.Detection.ID == d.ID {
					own = r.Findings
				} else if len(r.Findings) > 0 {
					others = append(others, of{r.Detection, r.Findings})
				}
				return nil
			})
			if err != nil {
				return err
			}
			// events that some other of same or higher severity cites
			cited := map[string][]string{}
			any := map[string][]string{}
			whole := 0
			coverer := map[string]int{}
			for _, o := range own {
				covered := ""
				for _, x := range others {
					if !x.d.Severity.AtLeast(d.Severity) {
						continue
					}
					for _, g := range x.f {
						all := true
						for _, id := range o.EventIDs {
							if match[id] && !slices.Contains(g.EventIDs, id) {
								all = false
							}
						}
						if all {
							covered = x.d.ID
							coverer[x.d.ID]++
						}
					}
				}
				if covered == "" {
					whole++
				}
			}
			for _, x := range others {
				for _, g := range x.f {
					for _, id := range g.EventIDs {
						if x.d.Severity.AtLeast(d.Severity) {
							cited[id] = append(cited[id], x.d.ID)
						}
						any[id] = append(any[id], x.d.ID+"/"+string(x.d.Severity))
					}
				}
			}
			alone := 0
			byany := map[string]int{}
			for id := range match {
				if len(cited[id]) == 0 {
					alone++
				}
				for _, x := range any[id] {
					byany[x]++
				}
			}
			verdict := "unique"
			if alone == 0 {
				verdict = "TOGETHER"
				if whole == 0 {
					verdict = "REDUNDANT"
				}
			}
			var by []string
			for x, n := range byany {
				by = append(by, fmt.Sprintf("%s:%d", x, n))
			}
			slices.Sort(by)
			fmt.Fprintf(out, "%s\t%s\t%s\tmatch %d alone %d findings %d own %d\t%s\t%v\n", verdict, d.ID, d.Severity, len(match), alone, len(own), whole, strings.Join(by, " "), coverer)
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", d.ID, err)
		}
	}
}
