package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/analysis/story"
	"github.com/trailbench/trailbench/queries"
)

type storiesOptions struct {
	limit int
}

func newStoriesCommand(a *app) *cobra.Command {
	var opt storiesOptions
	cmd := &cobra.Command{
		Use:     "stories",
		Short:   "What the findings come to: a few attacks, ranked",
		GroupID: groupAsk,
		Long: "Join the findings to attack stories by the lineage of credentials, by principal and by address, and list them, the " +
			"weightiest first, with how each went through ATT&CK's tactics. Findings below medium belong to a story or are counted at " +
			"the end; suppressed ones and false positives belong to none.\n\n" +
			"The score of a story is the sum over its detections of the points of their severity (critical 50, high 20, medium 6, low 1, " +
			"informational 0.2; times 1 + log10 of the findings), times 1 + 0.15 for every tactic beyond the first. trailbench stories " +
			"show lists the parts.",
		Example: `trailbench stories
trailbench stories show 1
trailbench stories --limit 0 --json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runStories(cmd.Context(), a, opt) },
	}
	cmd.Flags().IntVar(&opt.limit, "limit", 5, "only the N weightiest; 0 is all")
	cmd.AddCommand(newStoriesShowCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// stories are the attack stories of the case, and the findings that belong to none.
func (a *app) stories(ctx context.Context, r *store.Reader) (stories []analysis.Story, loose []analysis.Finding, err error) {
	scope, err := a.scope()
	if err != nil {
		return nil, nil, err
	}
	return storiesOf(ctx, r, scope)
}

// storiesOf is stories for a scope.
func storiesOf(ctx context.Context, r *store.Reader, scope analysis.Scope) (stories []analysis.Story, loose []analysis.Finding, err error) {
	findings, err := r.LoadFindings(ctx, store.And(store.Condition{SQL: visible}, store.FindingScope(scope)))
	if err != nil {
		return nil, nil, err
	}
	parent, common, err := r.Lineage(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("follow the credentials of the findings: %w", err)
	}
	table := queries.Attack()
	stories, loose = story.Build(findings, story.Options{Parent: parent, Common: common, Tactics: func(id string) []story.Tactic {
		technique, _ := table.Technique(id)
		var tactics []story.Tactic
		for _, t := range technique.Tactics {
			tactics = append(tactics, story.Tactic{Name: t.Name, Rank: queries.TacticRank(t.ID)})
		}
		slices.SortFunc(tactics, func(a, b story.Tactic) int { return a.Rank - b.Rank })
		return tactics
	}})
	return stories, loose, nil
}

func runStories(ctx context.Context, a *app, opt storiesOptions) error {
	return a.readFindings(ctx, func(r *store.Reader) error {
		stories, loose, err := a.stories(ctx, r)
		if err != nil {
			return err
		}
		total, shown := len(stories), stories
		if opt.limit > 0 && total > opt.limit {
			shown = stories[:opt.limit]
		}
		if a.format() == "table" && len(a.flags.fields) == 0 {
			w := bufio.NewWriter(a.out)
			for _, s := range shown {
				a.drawStory(w, s)
			}
			if err := w.Flush(); err != nil {
				return err
			}
		} else if err := a.print(storyList(shown)); err != nil {
			return err
		}
		if total > len(shown) {
			a.note("and %s of less weight (--limit 0 lists all)", plurals(total-len(shown), "story", "stories"))
		}
		if total == 0 {
			a.note("no story: no finding of medium severity or above is open there; trailbench detect says what it could not see")
		}
		if len(loose) > 0 {
			a.note("%s below medium %s to no story", plural(int64(len(loose)), "finding"), plurals2(len(loose), "belongs", "belong"))
		}
		hidden, err := r.Count(ctx, store.Findings(store.Condition{SQL: "suppression IS NOT NULL AND NOT gone"}, 0))
		if err != nil {
			return err
		}
		if hidden > 0 {
			a.note("%s left out: suppressed (trailbench findings --all suppressed)", plural(hidden, "finding"))
		}
		return nil
	})
}

func plurals(n int, one, many string) string { return strconv.Itoa(n) + " " + plurals2(n, one, many) }

func plurals2(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// storyList is stories as rows.
func storyList(stories []analysis.Story) *list {
	l := newList(
		store.Column{Name: "rank", Kind: store.Number}, store.Column{Name: "story_id"}, store.Column{Name: "score", Kind: store.Number},
		store.Column{Name: "first_time", Kind: store.Time}, store.Column{Name: "last_time", Kind: store.Time},
		store.Column{Name: "findings", Kind: store.Number}, store.Column{Name: "severity"}, store.Column{Name: "summary"},
		store.Column{Name: "tactics", Kind: store.JSON}, store.Column{Name: "finding_ids", Kind: store.JSON}, store.Column{Name: "weights", Kind: store.JSON},
	)
	for _, s := range stories {
		var tactics, ids []string
		worst := analysis.Informational
		for _, t := range s.Tactics {
			tactics = append(tactics, t.Name)
		}
		for _, f := range s.Findings {
			ids = append(ids, f.ID)
			if f.Severity.AtLeast(worst) {
				worst = f.Severity
			}
		}
		type weight struct {
			Detection string            `json:"detection_id"`
			Severity  analysis.Severity `json:"severity"`
			Findings  int               `json:"findings"`
			Points    float64           `json:"points"`
		}
		var weights []weight
		for _, w := range s.Weights {
			weights = append(weights, weight{w.Detection, w.Severity, w.Findings, w.Points})
		}
		l.add(int64(s.Rank), s.ID, s.Score, s.First, s.Last, int64(len(s.Findings)), string(worst), s.Summary, jsonText(tactics), jsonText(ids), jsonText(weights))
	}
	return l
}

// drawStory prints a story as a paragraph.
func (a *app) drawStory(w io.Writer, s analysis.Story) {
	p := a.paint(a.out)
	counts := map[analysis.Severity]int64{}
	for _, f := range s.Findings {
		counts[f.Severity]++
	}
	style := styleWarn
	if counts[analysis.Critical]+counts[analysis.High] > 0 {
		style = styleBad
	}
	fmt.Fprintf(w, "%s %s  %s\n", p.as(style, fmt.Sprintf("%d.", s.Rank)), p.as(styleHead, fmt.Sprintf("score %.0f", s.Score)), a.span(s.First, s.Last))
	for _, line := range wrap(analysis.Clean(shortARNs(s.Summary)), max(40, min(cmp.Or(a.width(a.out), 100), 120)-3)) {
		fmt.Fprintf(w, "   %s\n", line)
	}
	fmt.Fprintf(w, "   %s\n\n", p.as(styleFaint, fmt.Sprintf("%s: %s; trailbench stories show %s", plural(int64(len(s.Findings)), "finding"), severityCounts(counts), s.ID)))
}

// wrap breaks text into lines of at most width characters, at spaces.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

func newStoriesShowCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show RANK|ID",
		Short: "Show one story: its findings in order, and why it ranks where it does",
		Long: "Show one attack story: its findings in order of time with the ATT&CK tactic of each, why they are one story, the principals, " +
			"keys, addresses and resources in it, and the parts of its score.",
		Example: `trailbench stories show 1
trailbench stories show 1 --format md > story.md
trailbench stories show 1 --json`,
		Args: needArgs(1, 1, "the rank or ID of a story"),
		RunE: func(cmd *cobra.Command, args []string) error { return runStoriesShow(cmd.Context(), a, args[0]) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runStoriesShow(ctx context.Context, a *app, name string) error {
	return a.readFindings(ctx, func(r *store.Reader) error {
		stories, _, err := a.stories(ctx, r)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(stories, func(s analysis.Story) bool { return strconv.Itoa(s.Rank) == name || s.ID == name })
		if i < 0 {
			return analysis.WithHint(fmt.Errorf("story %s: %w", name, analysis.ErrNotFound), "trailbench stories --limit 0 lists them")
		}
		if a.format() == "table" && len(a.flags.fields) == 0 {
			w := bufio.NewWriter(a.out)
			a.drawWholeStory(w, stories[i])
			return w.Flush()
		}
		return a.print(storySteps(stories[i]))
	})
}

// storySteps is the findings of a story as rows.
func storySteps(s analysis.Story) *list {
	l := newList(
		store.Column{Name: "first_time", Kind: store.Time}, store.Column{Name: "severity"}, store.Column{Name: "tactic"},
		store.Column{Name: "detection_id"}, store.Column{Name: "summary"}, store.Column{Name: "finding_id"}, store.Column{Name: "events", Kind: store.Number},
	)
	for _, f := range s.Findings {
		l.add(f.FirstTime, string(f.Severity), textOrNull(tacticOf(f)), f.Detection, f.Summary, f.ID, int64(f.Count))
	}
	return l
}

// tacticOf is the tactic of a finding: the first, in the order of the kill chain, of the
// technique that its detection names first.
func tacticOf(f analysis.Finding) string {
	table := queries.Attack()
	name, rank := "", -1
	for _, id := range f.Attack[:min(1, len(f.Attack))] {
		technique, _ := table.Technique(id)
		for _, t := range technique.Tactics {
			if at := queries.TacticRank(t.ID); rank < 0 || at < rank {
				name, rank = t.Name, at
			}
		}
	}
	return name
}

func (a *app) drawWholeStory(w io.Writer, s analysis.Story) {
	p := a.paint(a.out)
	a.drawStory(w, s)
	fmt.Fprintf(w, "%s\n", p.as(styleHead, "What happened"))
	day := ""
	for _, f := range s.Findings {
		if !f.Severity.AtLeast(analysis.Low) {
			continue
		}
		at := f.FirstTime.In(a.zone())
		if d := at.Format(time.DateOnly); d != day {
			day = d
			fmt.Fprintf(w, "  %s\n", p.as(styleFaint, day))
		}
		fmt.Fprintf(w, "  %s  %-8s  %-22s  %s  %s\n", at.Format("15:04:05"), f.Severity, tacticOf(f), analysis.Clean(shortARNs(f.Summary)), p.as(styleFaint, f.ID[:8]))
	}
	fmt.Fprintf(w, "\n%s\n", p.as(styleHead, "Why it is one story"))
	for _, reason := range s.Joins {
		fmt.Fprintf(w, "  %s\n", analysis.Clean(reason))
	}
	if len(s.Joins) == 0 {
		fmt.Fprintln(w, "  one finding of medium severity or above, and what is near it")
	}
	fmt.Fprintf(w, "\n%s\n", p.as(styleHead, "Who and what is in it"))
	for _, kind := range analysis.EntityKinds() {
		var values []string
		for _, e := range s.Entities {
			if e.Kind == kind {
				values = append(values, e.Value)
			}
		}
		if len(values) > 8 {
			values = append(values[:8], fmt.Sprintf("… %d more", len(values)-8))
		}
		if len(values) > 0 {
			fmt.Fprintf(w, "  %-14s %s\n", kind, analysis.Clean(strings.Join(values, ", ")))
		}
	}
	fmt.Fprintf(w, "\n%s\n", p.as(styleHead, fmt.Sprintf("Why it ranks here: score %.1f", s.Score)))
	for _, x := range s.Weights {
		fmt.Fprintf(w, "  %6.1f  %-13s %s%s\n", x.Points, x.Severity, x.Detection, times(x.Findings))
	}
	fmt.Fprintf(w, "  %6s  for %s\n", fmt.Sprintf("× %.2f", s.Breadth), plural(int64(len(s.Tactics)), "tactic"))
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d findings)", n)
}

// jsonText is v as JSON; v is made of texts and numbers, which always have one.
func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(text)
}

// longARN is the ARN of an IAM identity within a text.
var longARN = regexp.MustCompile(`arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(user|role|assumed-role)/(?:[^\s,;]*/)?([^\s,;/]+)`)

// shortARNs leaves of the ARNs of identities in a text what people call them by. Lists
// and JSON have them whole.
func shortARNs(text string) string { return longARN.ReplaceAllString(text, "$1/$2") }
