package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
	"github.com/trailbench/trailbench/tui/theme"
)

// jobLines say how far the job is that runs, or what the last one came to, w cells wide.
func (e *env) jobLines(w int) (title string, lines []string) {
	switch {
	case e.job != nil:
		return "Running: " + analysis.Clean(e.job.words()), stageLines(e.styles, e.job.latest, e.job.started, e.now(), w)
	case e.lastJob != nil:
		return "Last: " + analysis.Clean(e.lastJob.job.words()), e.lastJobLines(w)
	}
	return "Work", []string{e.styles.Muted.Render("nothing runs · r brings logs in, from a bucket or from files · R runs the detections")}
}

// stageLines are the stages of a job, each with a bar and its own numbers.
func stageLines(st theme.Styles, p JobProgress, started, now time.Time, w int) []string {
	in := p.Ingest
	bar := max(min(w-62, 50), 8)
	line := func(name string, done, total int64, known bool, words ...string) string {
		drawn := chart.Bar(done, max(total, 1), bar, st)
		if !known {
			drawn = st.Faint.Render(strings.Repeat(st.Glyphs.Skeleton, bar))
		}
		return fit(fit(name, 8)+drawn+"  "+strings.Join(words, "   "), w)
	}
	var lines []string
	if in.Listed > 0 || p.Total == 0 && p.Kind != JobLook && p.Kind != JobPosture {
		words := []string{plural(in.Listed, "object") + " found"}
		if at := strings.TrimSpace(in.CurrentAccount + " " + in.CurrentDay); !in.ListingDone && at != "" {
			words = append(words, "now "+analysis.Clean(at))
		} else if in.ListingDone {
			words = append(words, "done")
		}
		lines = append(lines, line("list", 1, 1, in.ListingDone, words...))
		read := []string{fmt.Sprintf("%s of %s", comma(in.Done), comma(max(in.Listed-in.Known, in.Done)))}
		if in.BytesTotal > 0 {
			sofar := ""
			if !in.ListingDone {
				sofar = " listed so far"
			}
			read = append(read, byteWords(in.BytesDone)+" of "+byteWords(in.BytesTotal)+sofar)
		}
		if rate := in.Rate(now); rate > 0 {
			read = append(read, byteWords(int64(rate))+"/s")
		}
		lines = append(lines, line("read", in.BytesDone, in.BytesTotal, in.ListingDone && in.BytesTotal > 0, read...))
	}
	switch {
	case p.Total == 0:
	case p.Kind == JobLook:
		lines = append(lines, line("look", int64(p.Done), int64(p.Total), true, fmt.Sprintf("%d of %s", p.Done, plural(int64(p.Total), "resource"))))
	case p.Kind == JobPosture:
		lines = append(lines, line("check", int64(p.Done), int64(p.Total), true, fmt.Sprintf("%d of %s", p.Done, plural(int64(p.Total), "check"))))
	default:
		lines = append(lines, line("detect", int64(p.Done), int64(p.Total), true,
			fmt.Sprintf("%d of %s", p.Done, plural(int64(p.Total), "detection")), plural(int64(p.Findings), "finding")))
	}
	facts := []string{"elapsed " + elapsedText(now.Sub(started))}
	if left, ok := in.Left(now); ok && p.Total == 0 {
		facts = append(facts, "about "+elapsedText(left)+" left")
	}
	facts = append(facts, countFacts(in)...)
	for _, l := range wrap(strings.Join(facts, "   "), w) {
		lines = append(lines, st.Muted.Render(l))
	}
	if bad := problemFacts(in); len(bad) > 0 {
		lines = append(lines, st.Error.Render(fit(st.Glyphs.Warn+" "+strings.Join(bad, "   "), w)))
	}
	return lines
}

// countFacts are the numbers of an ingest that are no trouble; those that are nothing are
// left out.
func countFacts(p analysis.Progress) []string {
	var facts []string
	add := func(n int64, one, after string) {
		if n > 0 {
			facts = append(facts, plural(n, one)+after)
		}
	}
	add(p.Events, "new event", "")
	add(p.Duplicates, "event", " that the case has already")
	add(p.Known, "object", " read before")
	add(p.Ignored, "object", " ignored: not CloudTrail")
	return facts
}

func problemFacts(p analysis.Progress) []string {
	var facts []string
	add := func(n int64, one, after string) {
		if n > 0 {
			facts = append(facts, plural(n, one)+after)
		}
	}
	add(p.Damaged, "object", " damaged: what is whole was kept")
	add(p.Failed, "object", " could not be read: the next run tries again")
	add(p.Rejects, "record", " could not be decoded")
	return facts
}

func elapsedText(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d m", int(d.Hours()), int(d.Minutes())%60)
}

// lastJobLines are what the last job came to: its numbers, or what stopped it and what to
// do about it.
func (e *env) lastJobLines(w int) []string {
	st, last := e.styles, e.lastJob
	var lines []string
	switch {
	case last.err == nil:
		lines = append(lines, st.OK.Render(st.Glyphs.OK)+" "+fit(analysis.Clean(last.result.Summary), w-2))
	case errors.Is(last.err, context.Canceled):
		lines = append(lines, "stopped · what was committed stays; r a goes on from there")
	default:
		for i, l := range cleanLines(last.err.Error(), w-2) {
			head := "  "
			if i == 0 {
				head = st.Glyphs.Warn + " "
			}
			lines = append(lines, st.Error.Render(head+l))
		}
		for _, hint := range analysis.Hints(last.err) {
			lines = append(lines, indent(cleanLines(hint, w-2), "  ")...)
		}
		keys := "r a tries again"
		if e.adviceText() != "" {
			keys += " · y copies the advice"
		}
		lines = append(lines, st.Muted.Render("  "+keys+" · what the case already has is untouched"))
	}
	for _, note := range last.result.Notes {
		if note == last.result.Summary {
			continue // it stands above
		}
		lines = append(lines, indent(cleanLines(note, w-2), "  ")...)
	}
	if facts := append(countFacts(last.job.latest.Ingest), problemFacts(last.job.latest.Ingest)...); len(facts) > 0 && last.err != nil {
		lines = append(lines, st.Muted.Render(fit("  "+strings.Join(facts, "   "), w)))
	}
	return lines
}

// cleanLines wraps text of several lines, such as a policy, each line cleaned.
func cleanLines(text string, w int) []string {
	var lines []string
	for l := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrap(cmp.Or(analysis.Clean(l), " "), w)...)
	}
	return lines
}

// adviceText is what to do about the job that failed, for copying: the policy statement
// alone where there is one.
func (e *env) adviceText() string {
	if e.job != nil || e.lastJob == nil || e.lastJob.err == nil {
		return ""
	}
	return policyOf(strings.Join(analysis.Hints(e.lastJob.err), "\n"))
}

// policyOf is the JSON in an advice, from its first brace to its last; all of the advice
// where it has none.
func policyOf(text string) string {
	from, to := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if from < 0 || to < from {
		return text
	}
	return text[from : to+1]
}
