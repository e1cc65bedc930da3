package export

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// A list of the report that could have thousands of lines ends after this many and says
// how many more there are: the case has them all.
const (
	mostGaps     = 20
	mostEvidence = 100
	mostAttacks  = 3
)

func (r Report) summary(d *document) {
	d.section("Summary")
	if r.Summary != "" {
		d.add(paragraph{text: r.Summary})
		return
	}
	d.say("Put together from the case by trailbench; the analyst has not written a summary.")
	text := fmt.Sprintf("The case holds %s of %s between %s and %s.", count(r.Events, "event"), count(int64(len(r.Accounts)), "account"), stamp(r.First), stamp(r.Last))
	bySeverity, open := map[analysis.Severity]int64{}, 0
	confirmed := 0
	for _, f := range r.Findings {
		switch f.Status {
		case analysis.FindingConfirmed:
			confirmed++
		case analysis.FindingOpen:
			open++
		default:
			continue
		}
		bySeverity[f.Severity]++
	}
	var severities []string
	all := analysis.Severities()
	for i := len(all) - 1; i >= 0; i-- {
		if n := bySeverity[all[i]]; n > 0 {
			severities = append(severities, fmt.Sprintf("%d %s", n, all[i]))
		}
	}
	text += fmt.Sprintf(" The detections found %s that the analyst confirmed and %s that nobody decided about yet", count(int64(confirmed), "finding"), count(int64(open), "finding"))
	if len(severities) > 0 {
		text += ": " + strings.Join(severities, ", ")
	}
	d.add(paragraph{text: text + "."})
	var attacks []string
	for _, s := range r.Attacks[:min(len(r.Attacks), mostAttacks)] {
		attacks = append(attacks, s.Summary)
	}
	if len(attacks) > 0 {
		d.say("The weightiest attack stories that the findings join to:")
		d.add(list{attacks})
	}
}

func (r Report) coverage(d *document) {
	d.section("Scope and coverage")
	d.add(facts{[][2]string{
		{"Scope", scopeText(r.Scope)},
		{"Events", number(r.Events)},
		{"First event", stamp(r.First)},
		{"Last event", stamp(r.Last)},
		{"Logged", categoriesText(r.Logged)},
	}})
	parts := table{head: []string{"What", "Name", "Events", "First", "Last"}}
	for _, group := range []struct {
		name  string
		parts []ReportPart
	}{{"source", r.Sources}, {"account", r.Accounts}, {"region", r.Regions}} {
		for _, p := range group.parts {
			parts.rows = append(parts.rows, []string{group.name, p.Name, number(p.Events), stamp(p.First), stamp(p.Last)})
		}
	}
	d.add(parts)
	d.add(heading{level: 3, text: "What the case cannot show"})
	var lacks []string
	for _, c := range r.NotLogged {
		lacks = append(lacks, fmt.Sprintf("The case has no %s. What they would record is not seen.", categoryText(c)))
	}
	states := map[analysis.DetectionState]int64{}
	for _, one := range r.Detections {
		states[one.State]++
	}
	for _, s := range []analysis.DetectionState{analysis.NotEvaluable, analysis.PartlyEvaluable, analysis.DetectionFailed, analysis.DetectionTimedOut} {
		if n := states[s]; n > 0 {
			lacks = append(lacks, fmt.Sprintf("%s: %s; that they found nothing proves nothing. They are listed under Method.", s, count(n, "detection")))
		}
	}
	if len(r.Gaps) == 0 {
		lacks = append(lacks, "No account is without events for an hour or more between its first and its last.")
	}
	d.add(list{lacks})
	if len(r.Gaps) == 0 {
		return
	}
	d.say(fmt.Sprintf("%s without any event of an account that logs before and after, the longest first. Quiet hours of small accounts are among them, and so is a trail that was switched off.", count(int64(len(r.Gaps)), "time")))
	gaps := table{head: []string{"Account", "Since", "Until", "Hours"}}
	for _, g := range r.Gaps[:min(len(r.Gaps), mostGaps)] {
		gaps.rows = append(gaps.rows, []string{g.Account, stamp(g.Since), stamp(g.Since.Add(time.Duration(g.Hours) * time.Hour)), number(g.Hours)})
	}
	d.add(gaps)
	d.more(len(r.Gaps), mostGaps, "gap", "trailbench coverage")
}

func (r Report) story(d *document) {
	d.section("Story")
	if len(r.Story) == 0 {
		d.say("Nothing was starred, noted or written down.")
		return
	}
	t := table{head: []string{"Time", "Who", "What", "Where", "Note", "ATT&CK", "Evidence"}}
	for _, l := range r.Story {
		note := l.Note
		if len(l.Tags) > 0 {
			note = strings.TrimSpace(note + " [" + strings.Join(l.Tags, ", ") + "]")
		}
		evidence := strings.TrimSpace(string(l.Ref.Kind) + " " + l.Ref.ID)
		if len(l.Findings) > 0 && l.Ref.Kind != analysis.RefFinding {
			evidence += ", cited by finding " + strings.Join(l.Findings, ", ")
		}
		if l.Ref.ID == "" {
			evidence = "written by " + l.Author
		}
		t.rows = append(t.rows, []string{stamp(l.Time), l.Who, l.What, l.Where, note, strings.Join(l.Attack, ", "), evidence})
	}
	d.add(t)
}

func (r Report) findings(d *document) {
	d.section("Findings")
	shown := 0
	for _, f := range r.Findings {
		if f.Status == analysis.FindingFalsePositive || f.Status == analysis.FindingResolved {
			continue
		}
		shown++
		d.add(heading{level: 3, text: f.Title, badge: string(f.Severity)}, paragraph{text: f.Summary})
		rows := [][2]string{
			{"Finding", f.ID},
			{"Verdict", verdict(f)},
			{"Note", f.Note},
			{"First", stamp(f.FirstTime)},
			{"Last", stamp(f.LastTime)},
		}
		for _, kind := range analysis.EntityKinds() {
			var values []string
			for _, e := range f.Entities {
				if e.Kind == kind {
					values = append(values, e.Value)
				}
			}
			rows = append(rows, [2]string{entityText(kind), strings.Join(values, ", ")})
		}
		rows = append(rows, [2]string{"ATT&CK", strings.Join(f.Attack, ", ")}, [2]string{"Detection", f.Detection}, [2]string{"Evidence", evidenceText(f)})
		d.add(facts{rows})
	}
	if shown == 0 {
		d.say("No finding is open or confirmed.")
	}
	if r.LeftOut > 0 {
		d.say(count(int64(r.LeftOut), "finding") + " left out: covered by a suppression, or not found again by a later run.")
	}
}

// verdicts are the findings that were decided to be nothing, with the reasons.
func (r Report) verdicts(d *document) {
	t := table{head: []string{"Finding", "Severity", "What was found", "Verdict", "Note"}}
	for _, f := range r.Findings {
		if f.Status == analysis.FindingFalsePositive || f.Status == analysis.FindingResolved {
			t.rows = append(t.rows, []string{f.ID, string(f.Severity), f.Summary, verdict(f), f.Note})
		}
	}
	if len(t.rows) > 0 {
		d.add(heading{level: 3, text: "Decided to be false positives, or resolved"}, t)
	}
}

func (r Report) indicators(d *document) {
	d.section("Indicators")
	if len(r.Indicators) == 0 {
		d.say("No finding was confirmed, and no principal, key, address, resource or account was starred or tagged.")
		return
	}
	t := table{head: []string{"Kind", "Value", "Events", "First", "Last", "Why"}}
	for _, i := range r.Indicators {
		t.rows = append(t.rows, []string{entityText(i.Kind), i.Value, number(i.Events), stamp(i.First), stamp(i.Last), i.Why})
	}
	d.add(t)
}

func (r Report) techniques(d *document) {
	d.section("ATT&CK techniques")
	if len(r.Techniques) == 0 {
		d.say("No finding names a technique.")
		return
	}
	d.say("Names are those of ATT&CK v" + r.Attack + ".")
	t := table{head: []string{"Technique", "Name", "Tactics", "Findings"}}
	for _, one := range r.Techniques {
		t.rows = append(t.rows, []string{one.ID, one.Name, one.Tactics, strconv.Itoa(one.Findings)})
	}
	d.add(t)
}

// more says how many lines a list of total leaves out, and where they are.
func (d *document) more(total, most int, what, where string) {
	if total > most {
		d.say(fmt.Sprintf("And %s: %s.", count(int64(total-most), "more "+what), where))
	}
}

func evidenceText(f analysis.Finding) string {
	ids := f.EventIDs[:min(len(f.EventIDs), mostEvidence)]
	text := count(int64(f.Count), "event") + ": " + strings.Join(ids, ", ")
	if more := f.Count - len(ids); more > 0 {
		text += fmt.Sprintf(" and %d more (trailbench findings show %s --events)", more, f.ID)
	}
	return text
}

func verdict(f analysis.Finding) string {
	if f.DecidedBy == "" {
		return string(f.Status)
	}
	return fmt.Sprintf("%s, by %s on %s", f.Status, f.DecidedBy, stamp(f.DecidedAt))
}
