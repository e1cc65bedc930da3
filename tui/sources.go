package tui

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// sourcesScreen says what is in the case and what is missing: where logs came from, the
// work that brings them in, every account day by day, and the objects that could not be
// read.
type sourcesScreen struct {
	*env
	from  Place
	focus panelName
	full  bool

	sources  []Source
	table    *table.Table
	coverage Coverage
	covered  bool
	grid     dayGrid
	objects  objectsPanel
	jobTop   int // of the lines about the job

	sourcesErr, coverageErr, objectsErr    error
	sourcesTask, coverageTask, objectsTask task
	planTask                               task
	restore                                *sourcesState
	w, h                                   int
	zoned                                  zone // in which the table shows its times
}

// The panels of the Sources screen.
const (
	panelSources panelName = "sources"
	panelJob     panelName = "job"
	panelDays    panelName = "days"
	panelObjects panelName = "objects"
)

type sourcesState struct {
	Table  table.State `json:"table"`
	Focus  panelName   `json:"focus,omitempty"`
	Full   bool        `json:"full,omitempty"`
	Heat   bool        `json:"heat,omitempty"`
	Row    int         `json:"row,omitempty"`
	Day    int         `json:"day,omitempty"`
	Left   int         `json:"left,omitempty"`
	Object int         `json:"object,omitempty"`
}

func newSourcesScreen(e *env, p Place) *sourcesScreen {
	s := &sourcesScreen{env: e, from: p, focus: panelSources, table: table.New(e.styles, table.Options{Frozen: 1})}
	s.table.SetColumns([]table.Column{
		{Name: "source", Title: "SOURCE", Min: 24},
		{Name: "state", Title: "STATE", Width: 13},
		{Name: "objects", Title: "OBJECTS", Width: 9, Kind: analysis.ColumnNumber},
		{Name: "events", Title: "EVENTS", Width: 10, Kind: analysis.ColumnNumber},
		{Name: "accounts", Title: "ACCOUNTS", Width: 8, Kind: analysis.ColumnNumber},
		{Name: "regions", Title: "REGIONS", Width: 7, Kind: analysis.ColumnNumber},
		{Name: "first", Title: "FROM", Width: 12},
		{Name: "last", Title: "TO", Width: 12},
		{Name: "size", Title: "SIZE", Width: 9, Align: table.AlignRight},
		{Name: "read", Title: "READ", Width: 10},
	})
	var state sourcesState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.restore = &state
		s.full, s.grid.heat = state.Full, state.Heat
		if state.Focus != "" {
			s.focus = state.Focus
		}
	}
	return s
}

func (s *sourcesScreen) place() Place {
	p := s.from
	p.Screen = screenSources
	text, err := json.Marshal(sourcesState{
		Table: s.table.State(), Focus: s.focus, Full: s.full, Heat: s.grid.heat,
		Row: s.grid.row, Day: s.grid.day, Left: s.grid.left, Object: s.objects.at,
	})
	if err == nil {
		p.State = text
	}
	return p
}

func (s *sourcesScreen) title() string { return "Sources" }

func (s *sourcesScreen) close() {
	for _, t := range []*task{&s.sourcesTask, &s.coverageTask, &s.objectsTask, &s.planTask} {
		t.stop(s.env)
	}
}

func (s *sourcesScreen) init() tea.Cmd { return s.load() }

// load asks for the sources first, which are cheap, then for what has to be counted.
func (s *sourcesScreen) load() tea.Cmd {
	b, scope := s.backend, s.scope
	sources := start(s.env, &s.sourcesTask, "looking for the sources", b.Sources, func(all []Source, err error) tea.Cmd {
		s.sourcesErr = err
		if err == nil {
			s.setSources(all)
		}
		return nil
	})
	coverage := start(s.env, &s.coverageTask, "counting days", func(ctx context.Context) (Coverage, error) {
		return b.Coverage(ctx, scope)
	}, func(c Coverage, err error) tea.Cmd {
		s.coverageErr = err
		if err != nil {
			return nil
		}
		s.coverage, s.covered = c, true
		s.grid.set(c)
		if r := s.restore; r != nil {
			s.grid.row, s.grid.day, s.grid.left = r.Row, r.Day, r.Left
			s.grid.move(0, 0)
			s.objects.at = r.Object
			s.restore = nil
		}
		s.objects.lay(s)
		return nil
	})
	objects := start(s.env, &s.objectsTask, "counting what could not be read", s.objects.load(b), func(all []objectReason, err error) tea.Cmd {
		s.objectsErr = err
		if err == nil {
			s.objects.reasons = all
			s.objects.lay(s)
		}
		return nil
	})
	return tea.Batch(sources, coverage, objects)
}

func (s *sourcesScreen) setSources(all []Source) {
	fresh := len(s.sources) == 0
	s.sources = all
	rows := make([]table.Row, len(all))
	for i, src := range all {
		rows[i] = table.Row{Key: src.Name, Cells: s.sourceCells(src)}
	}
	if r := s.restore; fresh && r != nil {
		s.table.Restore(r.Table)
	}
	s.table.Refresh()
	s.table.SetTotal(len(rows), true)
	s.table.SetSize(max(s.w, minWidth)-2, max(len(rows)+2, 4))
	s.table.Fill(0, len(rows), rows)
}

func (s *sourcesScreen) sourceCells(src Source) []string {
	state := s.styles.Glyphs.OK + " read"
	if src.Problems > 0 {
		state = s.styles.Glyphs.Warn + " " + plural(src.Problems, "problem")
	}
	read := ""
	if !src.Ingested.IsZero() {
		read = s.ago(src.Ingested) + " ago"
	}
	return []string{
		sourceName(src.Name, max(s.w-98, 24)), state, comma(src.Objects), comma(src.Events), comma(src.Accounts), comma(src.Regions),
		s.clock(src.First), s.clock(src.Last), byteWords(src.Bytes), read,
	}
}

// sourceName is a source in at most w cells: of a long path the end, which tells it from
// the others.
func sourceName(name string, w int) string {
	name = strings.TrimPrefix(name, "file://")
	if runes := []rune(name); len(runes) > w && !strings.HasPrefix(name, "s3://") {
		return "…" + string(runes[len(runes)-w+1:])
	}
	return name
}

func (s *sourcesScreen) current() (Source, bool) {
	at, _ := s.table.Cursor()
	if at < 0 || at >= len(s.sources) {
		return Source{}, false
	}
	return s.sources[at], true
}

func (s *sourcesScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	case evidenceChangedMsg, shownMsg:
		return s.load()
	case jobDoneMsg:
		if msg.err != nil && !errors.Is(msg.err, context.Canceled) {
			s.focus, s.jobTop = panelJob, 0
		}
	}
	return nil
}

// objectsOf is the list of the objects of a source.
func (s *sourcesScreen) objectsOf(src Source) analysis.List {
	return analysis.List{Of: analysis.ListObjects, Filter: "object=" + anyBehind(src.Name)}
}

// anyBehind is a filter value for everything that begins with text. What the grammar
// would read as something else may be any character.
func anyBehind(text string) string {
	value := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\"(),*=~<>!|≠≤≥", r) {
			return '*'
		}
		return r
	}, text) + "*"
	if strings.HasPrefix(value, "/") {
		value = "*" + value
	}
	return value
}

func (s *sourcesScreen) subject() subject {
	switch s.focus {
	case panelSources:
		if src, ok := s.current(); ok {
			return subject{value: src.Name, of: analysis.ListObjects, list: s.objectsOf(src), text: strings.Join(s.sourceCells(src), "\t")}
		}
	case panelDays:
		if l, ok := s.grid.list(s.env); ok {
			r, day, _ := s.grid.current()
			return subject{
				value: r.Account, entity: analysis.EntityAccount, column: "account_id", field: "account", of: analysis.ListEvents, list: l,
				ref: analysis.Ref{Kind: analysis.RefAccount, ID: r.Account}, row: map[string]any{"account_id": r.Account, "event_time": day}, text: s.grid.words(),
			}
		}
	case panelObjects:
		if l, ok := s.objects.list(); ok {
			return subject{of: analysis.ListObjects, list: l, value: s.objects.lines[s.objects.at].value}
		}
	}
	return subject{of: analysis.ListObjects, list: analysis.List{Of: analysis.ListObjects}}
}

// lastBucket is the bucket that was synced last, to be asked for again.
func (s *sourcesScreen) lastBucket() string {
	if s.lastJob != nil && s.lastJob.job.URI != "" {
		return strings.Join(append([]string{s.lastJob.job.URI}, s.lastJob.job.Flags...), " ")
	}
	all := slices.Clone(s.sources)
	slices.SortFunc(all, func(a, b Source) int { return b.Ingested.Compare(a.Ingested) })
	for _, src := range all {
		if strings.HasPrefix(src.Name, "s3://") {
			return src.Name
		}
	}
	return ""
}

// bringMenu asks from where logs are brought in.
func (s *sourcesScreen) bringMenu() {
	ask := func(kind JobKind, head, address string, do func(Job) tea.Cmd) func() tea.Cmd {
		return func() tea.Cmd {
			s.show(newSourceDialog(s.env, newSourceForm(kind, address), head, do))
			return nil
		}
	}
	begin := func(j Job) tea.Cmd {
		s.focus = panelJob
		s.post(jobMsg{j})
		return nil
	}
	busy := ""
	if s.job != nil {
		busy = "the " + s.job.Kind.noun() + " is still running; ctrl+c stops it"
	}
	var items []item
	if last := s.lastJob; last != nil {
		items = append(items, item{key: "a", label: "again: " + clipped(last.job.words(), 60), off: busy, do: func() tea.Cmd {
			if last.job.Kind == JobLook { // which is asked for every time
				s.post(lookMsg{keys: last.job.Keys, posture: len(last.job.Keys) == 0})
				return nil
			}
			return begin(last.job.Job)
		}})
	}
	items = append(items,
		item{key: "s", label: "sync from an S3 bucket", off: busy, do: ask(JobSync, "Sync from S3", s.lastBucket(), begin)},
		item{key: "f", label: "read files, a folder or an archive", off: busy, do: ask(JobIngest, "Read files", "", begin)},
		item{key: "p", label: "plan: what a sync would fetch, without fetching it", do: ask(JobSync, "Plan a sync", s.lastBucket(), s.plan)},
	)
	s.post(dialogMsg{newMenu(s.env, "Bring logs in", items)})
}

// plan says what a sync would fetch.
func (s *sourcesScreen) plan(j Job) tea.Cmd {
	b := s.backend
	s.say("listing what would be fetched · ctrl+c stops it")
	return start(s.env, &s.planTask, "listing what would be fetched", func(ctx context.Context) ([]string, error) {
		return b.Plan(ctx, j)
	}, func(lines []string, err error) tea.Cmd {
		if err != nil {
			s.lastJob = &jobDoneMsg{job: &job{Job: j}, err: err}
			s.focus, s.jobTop = panelJob, 0
			s.complain(err)
			return nil
		}
		s.post(dialogMsg{newNotice(s.env, "Plan: "+analysis.Clean(j.words()), strings.Join(lines, "\n"))})
		return nil
	})
}
