// Package story joins findings into attack stories, so that an investigation begins
// with a few stories and not with a thousand findings.
//
// Two findings belong together when a credential of one was issued by a credential of
// the other, when one made the identity that the other is about, when one IAM user did
// both, when one address did both, or when one role session's name did both in a row. A
// finding that names nobody, as what another account did with a shared snapshot, belongs
// to the finding about the same resource that is nearest in time.
// Only findings of medium severity and above join others; those below are added to the
// story that they share a credential, principal or address with, and never hold two
// stories together. Addresses that many others use too, as that of an office, hold
// nothing together either.
//
// The rank is a sum that is shown with its parts: see [Build].
package story

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Options say what the findings alone do not. The zero value says nothing.
type Options struct {
	// Parent maps an issued access key to the key that it was issued to, by the
	// evidence.
	Parent map[string]string
	// Common are addresses that much ordinary activity comes from.
	Common map[string]bool
	// Tactics returns the tactics of a technique id, in the order of the kill chain.
	Tactics func(technique string) []Tactic
}

// Tactic is an ATT&CK tactic with its place in the kill chain.
type Tactic struct {
	Name string
	Rank int
}

// The window within which one address, or one user, joins findings.
const window = 72 * time.Hour

// points is what the findings of one detection weigh: a critical one more than ten
// that are only worth reading.
func points(s analysis.Severity) float64 {
	switch s {
	case analysis.Critical:
		return 50
	case analysis.High:
		return 20
	case analysis.Medium:
		return 6
	case analysis.Low:
		return 1
	}
	return 0.2
}

// Build joins findings into stories, the weightiest first. Loose are findings below
// medium that belong to none.
//
// The score of a story is the sum over its detections of the points of their severity
// (critical 50, high 20, medium 6, low 1, informational 0.2), more for several findings
// of one detection (times 1 + log10 of their number), times 1 + 0.15 for each ATT&CK
// tactic beyond the first: an attack that goes on through tactics ranks above one alarm
// that repeats.
func Build(findings []analysis.Finding, opt Options) (stories []analysis.Story, loose []analysis.Finding) {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b analysis.Finding) int {
		return cmp.Or(a.FirstTime.Compare(b.FirstTime), strings.Compare(a.ID, b.ID))
	})
	if opt.Tactics == nil {
		opt.Tactics = func(string) []Tactic { return nil }
	}
	w := newWeb(opt)
	var carriers, nameless, rest []*analysis.Finding
	for i := range sorted {
		f := &sorted[i]
		switch {
		case !f.Severity.AtLeast(analysis.Medium):
			rest = append(rest, f)
			continue
		case isNameless(f):
			nameless = append(nameless, f)
		default:
			w.add(f)
		}
		carriers = append(carriers, f)
	}
	for _, f := range nameless {
		w.addNameless(f)
	}
	members := map[*analysis.Finding][]analysis.Finding{}
	for _, f := range carriers {
		root := w.root(f)
		members[root] = append(members[root], *f)
	}
	for _, f := range rest {
		if root := w.near(f); root != nil {
			members[root] = append(members[root], *f)
		} else {
			loose = append(loose, *f)
		}
	}
	for _, f := range carriers {
		if list := members[f]; len(list) > 0 {
			s := tell(list, opt)
			s.Joins = w.why[f]
			stories = append(stories, s)
		}
	}
	slices.SortStableFunc(stories, func(a, b analysis.Story) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), a.First.Compare(b.First))
	})
	for i := range stories {
		stories[i].Rank = i + 1
	}
	return stories, loose
}

// tell makes a story of the findings that belong to it.
func tell(findings []analysis.Finding, opt Options) analysis.Story {
	rank := func(f analysis.Finding) int {
		least := math.MaxInt
		for _, id := range f.Attack[:min(1, len(f.Attack))] {
			for _, t := range opt.Tactics(id) {
				least = min(least, t.Rank)
			}
		}
		return least
	}
	slices.SortStableFunc(findings, func(a, b analysis.Finding) int {
		return cmp.Or(a.FirstTime.Compare(b.FirstTime), cmp.Compare(rank(a), rank(b)))
	})
	s := analysis.Story{Findings: findings}
	for _, f := range findings {
		// What is only a fact, as that a key was in use, is no part of its time.
		if f.Severity.AtLeast(analysis.Low) {
			if s.Last.IsZero() {
				s.First = f.FirstTime
			}
			if f.LastTime.After(s.Last) {
				s.Last = f.LastTime
			}
		}
		if s.ID == "" && f.Severity.AtLeast(analysis.Medium) {
			s.ID = f.ID[:min(8, len(f.ID))]
		}
	}
	s.Tactics = tactics(findings, opt)
	s.Weights = weigh(findings)
	s.Breadth = 1 + 0.15*float64(max(0, len(s.Tactics)-1))
	for _, w := range s.Weights {
		s.Score += w.Points
	}
	s.Score = math.Round(s.Score*s.Breadth*10) / 10
	s.Entities = entities(findings)
	s.Summary = summarize(s)
	return s
}

// weigh sums the findings up by detection, the weightiest first.
func weigh(findings []analysis.Finding) []analysis.StoryWeight {
	var all []analysis.StoryWeight
	for _, f := range findings {
		i := slices.IndexFunc(all, func(w analysis.StoryWeight) bool { return w.Detection == f.Detection })
		if i < 0 {
			all = append(all, analysis.StoryWeight{Detection: f.Detection, Title: f.Title, Severity: f.Severity})
			i = len(all) - 1
		}
		all[i].Findings++
	}
	for i, w := range all {
		all[i].Points = math.Round(points(w.Severity)*(1+math.Log10(float64(w.Findings)))*10) / 10
	}
	slices.SortStableFunc(all, func(a, b analysis.StoryWeight) int { return cmp.Compare(b.Points, a.Points) })
	return all
}

// tactics lists when the story came to each tactic. A finding is one step: it counts for
// the technique that its detection names first, and for the first tactic of that.
func tactics(findings []analysis.Finding, opt Options) []analysis.StoryTactic {
	var list []analysis.StoryTactic
	for _, f := range findings {
		if !f.Severity.AtLeast(analysis.Low) {
			continue
		}
		for _, id := range f.Attack[:min(1, len(f.Attack))] {
			found := opt.Tactics(id)
			if len(found) == 0 {
				continue
			}
			name := found[0].Name
			if !slices.ContainsFunc(list, func(t analysis.StoryTactic) bool { return t.Name == name }) {
				list = append(list, analysis.StoryTactic{Name: name, First: f.FirstTime})
			}
		}
	}
	return list
}

// entities of the findings, those with the most points first.
func entities(findings []analysis.Finding) []analysis.Entity {
	weight := map[analysis.Entity]float64{}
	var all []analysis.Entity
	for _, f := range findings {
		for _, e := range f.Entities {
			if _, ok := weight[e]; !ok {
				all = append(all, e)
			}
			weight[e] += points(f.Severity)
		}
	}
	slices.SortStableFunc(all, func(a, b analysis.Entity) int { return cmp.Compare(weight[b], weight[a]) })
	return all
}

// summarize says who, from where, how many and how it went on.
func summarize(s analysis.Story) string {
	first := func(kind analysis.EntityKind) (string, int) {
		value, n := "", 0
		for _, e := range s.Entities {
			if e.Kind == kind {
				n++
				if value == "" {
					value = e.Value
				}
			}
		}
		return value, n
	}
	more := func(text string, n int, what string) string {
		if n > 1 {
			return fmt.Sprintf("%s and %d more %s", text, n-1, what)
		}
		return text
	}
	who, principals := first(analysis.EntityPrincipal)
	if who == "" {
		who = "somebody"
	}
	text := more(who, principals, plural(principals-1, "principal"))
	if ip, n := first(analysis.EntitySourceIP); ip != "" {
		text += " from " + more(ip, n, plural(n-1, "address"))
	}
	var worst []string
	for _, w := range s.Weights {
		if len(worst) == 3 || len(worst) > 0 && !w.Severity.AtLeast(analysis.Medium) {
			break
		}
		worst = append(worst, w.Title)
	}
	text += ": " + strings.Join(worst, "; ")
	var way []string
	for _, t := range s.Tactics {
		way = append(way, t.Name)
	}
	if len(way) > 1 {
		text += " (" + strings.Join(way, " → ") + ")"
	}
	return text
}

func plural(n int, one string) string {
	switch {
	case n == 1:
		return one
	case strings.HasSuffix(one, "s"):
		return one + "es"
	}
	return one + "s"
}
