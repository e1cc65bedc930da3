package tui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// postureScreen is what is open: the posture checks, those first that fail on what was
// changed in the incident, the resources of the one under the cursor, and why it matters
// and how it is closed. trailbench closes nothing itself.
type postureScreen struct {
	panes
	checks  *checksPane
	results *checksPane
	words   *wordsPane

	report PostureReport
	loaded bool
	err    error
	work   task

	filter string
	kept   string // the filter while filters are off
	off    bool
	terms  []postureTerm
	groups []postureGroup // what the filter keeps, by check
	shown  []analysis.PostureResult
	told   string // the check whose results they are
}

// postureGroup is a check with the results that the filter keeps.
type postureGroup struct {
	results []analysis.PostureResult // never none
}

// postureState is what the screen keeps in its place beside its panes.
type postureState struct {
	panesState
	Filter string `json:"filter"`
	Kept   string `json:"kept,omitempty"`
	Off    bool   `json:"off,omitempty"`
}

// postureOpen is what the screen shows to begin with.
const postureOpen = "status=FAIL"

func newPostureScreen(e *env, p Place) *postureScreen {
	s := &postureScreen{panes: panes{env: e, from: p, words: "Posture"}, filter: postureOpen}
	s.checks, s.results = newChecksPane(s), newResultsPane(s)
	s.words = &wordsPane{env: e, heading: "Why, and how to close it", lines: s.tell}
	s.words.about, s.words.enter = s.resultSubject, s.changePlace
	s.all = []namedPane{{"checks", "Checks", s.checks}, {"resources", "Resources", s.results}, {"words", "Why and fix", s.words}}
	s.layout = func(w, h int) []rect {
		if s.loaded && s.report.Ran.IsZero() {
			return []rect{{0, 0, w, h}, {}, {}} // nothing to tell of
		}
		return postureLayout(w, h, len(s.shown))
	}
	var state postureState
	if json.Unmarshal(p.State, &state) == nil {
		s.filter, s.kept, s.off = state.Filter, state.Kept, state.Off
	}
	s.parse()
	s.begin("checks")
	return s
}

// postureLayout puts the checks left; right of them the resources of one above the words.
func postureLayout(w, h, results int) []rect {
	left := w * 58 / 100
	top := min(max(results+4, 6), h*2/5)
	return []rect{{0, 0, left, h}, {left, 0, w - left, top}, {left, top, w - left, h - top}}
}

func (s *postureScreen) place() Place {
	p := s.placeWith(func(panes panesState) any { return postureState{panes, s.filter, s.kept, s.off} })
	p.Screen = screenPosture
	return p
}

func (s *postureScreen) close() {
	s.work.stop(s.env)
	s.panes.close()
}

// parse reads the filter, which may come from a saved session; what cannot be read is none.
func (s *postureScreen) parse() {
	terms, err := parsePosture(s.filter)
	if err != nil {
		s.filter, terms = "", nil
	}
	s.terms = terms
}

func (s *postureScreen) init() tea.Cmd {
	return start(s.env, &s.work, "reading what the checks said", func(ctx context.Context) (PostureReport, error) {
		return s.backend.Posture(ctx)
	}, func(r PostureReport, err error) tea.Cmd {
		s.err = err
		if err == nil {
			s.report, s.loaded = r, true
			s.regroup()
		}
		return nil
	})
}

// regroup puts the results that the filter keeps together by check, in the order in which
// they came: the worst first.
func (s *postureScreen) regroup() {
	s.groups = nil
	at := map[string]int{}
	for _, r := range s.report.Results {
		if slices.ContainsFunc(s.terms, func(t postureTerm) bool { return !t.keeps(r) }) {
			continue
		}
		i, known := at[r.Check]
		if !known {
			i = len(s.groups)
			at[r.Check] = i
			s.groups = append(s.groups, postureGroup{})
		}
		s.groups[i].results = append(s.groups[i].results, r)
	}
	s.checks.set(len(s.groups))
	s.follow()
}

// follow shows the resources of the check under the cursor.
func (s *postureScreen) follow() {
	s.shown = nil
	if at, ok := s.checks.current(); ok {
		s.shown = s.groups[at].results
	}
	if key := s.checkUnder(); key != s.told {
		s.told = key
		s.results.table.Reset()
	}
	s.results.set(len(s.shown))
	s.words.top = 0
}

// checkUnder is the number of the check under the cursor.
func (s *postureScreen) checkUnder() string {
	if len(s.shown) == 0 {
		return ""
	}
	return s.shown[0].Check
}

// result is the one that is told of.
func (s *postureScreen) result() (analysis.PostureResult, bool) {
	at, ok := s.results.current()
	if !ok || at >= len(s.shown) {
		return analysis.PostureResult{}, false
	}
	return s.shown[at], true
}

func (s *postureScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case evidenceChangedMsg:
		return s.init()
	case shownMsg:
		if !s.loaded {
			return s.init()
		}
	case bodyMouseMsg:
		if msg.y == 0 {
			if msg.kind == mouseClick {
				s.askFilter()
			}
			return nil
		}
		msg.y--
		return s.panes.update(msg)
	}
	return s.panes.update(msg)
}

// looks: the checks say themselves what they need.
func (s *postureScreen) looks() (lookMsg, can) { return lookMsg{posture: true}, yes() }

func (s *postureScreen) hints() []action {
	if s.loaded && s.report.Ran.IsZero() {
		return []action{actRun, actLive, actBack}
	}
	return []action{actEnter, actNextPanel, actLive, actRun, actOnly, actFilter, actPivot, actCopy, actToSQL, actExport}
}

func (s *postureScreen) can(a action) can {
	switch a {
	case actRun, actAgain, actFilter:
		return yes()
	case actErrors:
		return yes()
	case actDropLast, actDropAll:
		if s.filter == "" {
			return notNow("there is no condition")
		}
		return yes()
	case actFiltersOff:
		if s.filter == "" && !s.off {
			return notNow("there is no filter")
		}
		return yes()
	case actOnly, actWithout, actOr:
		if _, ok := s.termUnder(); !ok {
			return notNow("this cell cannot be filtered")
		}
		return yes()
	case actEnter:
		if s.focused() == pane(s.words) && s.changePlace().Screen == "" {
			return notNow("no event is known that it rests on")
		}
	case actToSQL:
		if r, ok := s.result(); !ok || s.report.SQL[r.Check] == "" {
			return notNow("the SQL of this check is not known")
		}
		return yes()
	}
	return s.panes.can(a)
}

func (s *postureScreen) act(a action) tea.Cmd {
	switch a {
	case actRun, actAgain:
		s.post(jobMsg{Job{Kind: JobPosture}})
	case actFilter:
		s.askFilter()
	case actErrors:
		s.cycle()
	case actDropLast:
		s.setTerms(s.terms[:len(s.terms)-1])
	case actDropAll:
		s.setTerms(nil)
	case actFiltersOff:
		s.switchFilters()
	case actOnly, actWithout, actOr:
		s.keepValue(a)
	case actToSQL:
		if r, ok := s.result(); ok {
			s.open(Place{Screen: screenSQL, Trail: s.trail(), List: analysis.List{Of: analysis.ListSQL, SQL: s.report.SQL[r.Check]}})
		}
	default:
		return s.panes.act(a)
	}
	return nil
}

// askFilter asks for the filter.
func (s *postureScreen) askFilter() {
	text := s.filter
	if text != "" {
		text += " "
	}
	p := newPrompt(s.env, "Which results", text, strings.Join(postureFields(), "= ")+"= · changed: in the incident · ! not · * anything · a word: anywhere", func(text string) tea.Cmd {
		terms, err := parsePosture(text)
		if err != nil {
			s.complain(err)
			return nil
		}
		s.setTerms(terms)
		return nil
	})
	p.hint = func(text string) (string, bool) {
		terms, err := parsePosture(text)
		if err != nil {
			return sentence(err), true
		}
		n := 0
		for _, r := range s.report.Results {
			if !slices.ContainsFunc(terms, func(t postureTerm) bool { return !t.keeps(r) }) {
				n++
			}
		}
		return plural(int64(n), "result"), false
	}
	s.show(p)
}

// setTerms narrows the results. It can be undone.
func (s *postureScreen) setTerms(terms []postureTerm) {
	var words []string
	for _, t := range terms {
		words = append(words, t.String())
	}
	before, after := s.filter, strings.Join(words, " ")
	if before == after {
		return
	}
	set := func(text string) func() tea.Cmd {
		return func() tea.Cmd {
			s.filter, s.off = text, false
			s.refilter()
			return nil
		}
	}
	s.did(undoable{what: "filter", back: set(before), do: set(after)})
	set(after)()
}

// switchFilters takes the filter away, and puts it back.
func (s *postureScreen) switchFilters() {
	if s.off {
		s.filter, s.kept, s.off = s.kept, "", false
	} else {
		s.filter, s.kept, s.off = "", s.filter, true
	}
	s.refilter()
}

// refilter shows what another filter keeps, from the first check on.
func (s *postureScreen) refilter() {
	s.parse()
	s.checks.table.Reset()
	s.regroup()
}

// cycle goes from what fails to what is not known, to what passes, to all, and back.
func (s *postureScreen) cycle() {
	order := []analysis.PostureStatus{analysis.PostureFail, analysis.PostureUnknown, analysis.PosturePass}
	terms := slices.Clone(s.terms)
	at := slices.IndexFunc(terms, func(t postureTerm) bool { return t.field == postureStatus })
	if at < 0 {
		s.setTerms(append([]postureTerm{{field: postureStatus, values: []string{string(order[0])}}}, terms...))
		return
	}
	i := slices.IndexFunc(order, func(st analysis.PostureStatus) bool { return strings.EqualFold(string(st), terms[at].values[0]) })
	if terms[at].not || len(terms[at].values) > 1 || i == len(order)-1 {
		s.setTerms(slices.Delete(terms, at, at+1))
		return
	}
	terms[at] = postureTerm{field: postureStatus, values: []string{string(order[i+1])}}
	s.setTerms(terms)
}

// termUnder is the condition that keeps the value under the cursor.
func (s *postureScreen) termUnder() (postureTerm, bool) {
	r, ok := s.result()
	if !ok || s.focused() == pane(s.words) {
		return postureTerm{}, false
	}
	field := s.focused().(*checksPane).table.Column().Name
	if field == postureChanged {
		return postureTerm{field: field, not: !r.Changed.InWindow}, true
	}
	values := postureValues(r, field)
	if len(values) == 0 || values[0] == "" {
		return postureTerm{}, false
	}
	return postureTerm{field: field, values: values[:1]}, true
}

// keepValue narrows the results by the value under the cursor.
func (s *postureScreen) keepValue(a action) {
	t, ok := s.termUnder()
	if !ok {
		return
	}
	terms := slices.Clone(s.terms)
	same := slices.IndexFunc(terms, func(x postureTerm) bool { return x.field == t.field && !x.not && t.field != postureChanged })
	switch {
	case a == actWithout:
		t.not = !t.not
	case a == actOr && same >= 0:
		terms[same].values = append(slices.Clone(terms[same].values), t.values...)
		s.setTerms(terms)
		return
	case same >= 0:
		terms[same] = t
		s.setTerms(terms)
		return
	}
	s.setTerms(append(terms, t))
}

// commandLine prints the same with trailbench posture.
func (s *postureScreen) commandLine() []string {
	return append([]string{"posture"}, postureArgs(s.terms)...)
}

// awsCommand is the command that closes what is under the cursor, for the analyst to run.
func (s *postureScreen) awsCommand() string {
	r, _ := s.result()
	return r.Remediation
}

// openText is the result as text, for a pager.
func (s *postureScreen) openText() (text, ending string) {
	r, ok := s.result()
	if !ok {
		return "", ".json"
	}
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", ".json"
	}
	return string(out), ".json"
}
