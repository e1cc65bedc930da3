package tui

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

const screenStart screenName = "start"

// startScreen is what there is before a case is open: from S3, from files, the sample
// incident, or a case opened before. It has no wizard: a letter, a line of text, enter.
type startScreen struct {
	m        *Model
	cases    []CaseInfo
	profiles []Profile
	work     task
	profile  task
	at       int
	form     *sourceForm

	rows  []int // which choice a line is, as last drawn; -1 for none
	shift int   // empty lines above them
}

func newStartScreen(m *Model, _ Place) *startScreen { return &startScreen{m: m} }

// showStart shows the first-run screen.
func (m *Model) showStart() tea.Cmd { return m.goTo(Place{Screen: screenStart}) }

func (s *startScreen) init() tea.Cmd {
	if s.m.opt.Home == nil {
		return nil
	}
	return tea.Batch(
		start(s.m.env, &s.work, "", s.m.opt.Home.Cases, func(cases []CaseInfo, err error) tea.Cmd {
			if err == nil {
				s.cases = cases
			}
			return nil
		}),
		start(s.m.env, &s.profile, "", s.m.opt.Home.Profiles, func(p []Profile, err error) tea.Cmd {
			if err == nil {
				s.profiles = p
			}
			return nil
		}))
}

func (s *startScreen) update(msg tea.Msg) tea.Cmd {
	if paste, ok := msg.(tea.PasteMsg); ok && strings.HasPrefix(strings.TrimSpace(paste.Content), "s3://") {
		s.begin(JobSync)
		return s.paste(paste.Content)
	}
	if mouse, ok := msg.(bodyMouseMsg); ok && mouse.kind == mouseClick && s.form == nil {
		if i := mouse.y - s.shift; i >= 0 && i < len(s.rows) && s.rows[i] >= 0 {
			s.at = s.rows[i]
			return s.enter()
		}
	}
	return nil
}

func (s *startScreen) place() Place     { return Place{Screen: screenStart} }
func (s *startScreen) title() string    { return "Start" }
func (s *startScreen) subject() subject { return subject{} }

func (s *startScreen) hints() []action {
	if s.form != nil {
		return nil
	}
	return []action{actEnter, actQuit}
}

func (s *startScreen) close() {
	s.work.stop(s.m.env)
	s.profile.stop(s.m.env)
}

func (s *startScreen) can(a action) can {
	switch a {
	case actUp, actDown, actEnter:
		return yes()
	}
	return no()
}

func (s *startScreen) act(a action) tea.Cmd {
	switch a {
	case actUp:
		s.at = max(0, s.at-1)
	case actDown:
		s.at = min(2+len(s.cases), s.at+1)
	case actEnter:
		return s.enter()
	}
	return nil
}

// enter does what the cursor is on.
func (s *startScreen) enter() tea.Cmd {
	switch s.at {
	case 0:
		s.begin(JobSync)
	case 1:
		s.begin(JobIngest)
	case 2:
		return s.demo()
	default:
		if i := s.at - 3; i < len(s.cases) {
			dir := s.cases[i].Dir
			return s.m.openCase(func(ctx context.Context) (Backend, error) { return s.m.opt.Home.Open(ctx, dir) })
		}
	}
	return nil
}

func (s *startScreen) demo() tea.Cmd {
	s.m.say("making a case of the sample incident")
	s.m.opt.Begin = &Job{Kind: JobDetect}
	return s.m.openCase(s.m.opt.Home.Demo)
}

// begin asks what a source needs.
func (s *startScreen) begin(kind JobKind) { s.form = newSourceForm(kind, "") }

// typing: letters choose while no form is open, so the screen takes every key itself.
func (s *startScreen) typing() bool { return true }

func (s *startScreen) key(k tea.KeyPressMsg) tea.Cmd {
	name := keyName(k)
	if s.form != nil {
		switch done, why := s.form.key(k); {
		case name == "esc":
			s.form = nil
		case why != "":
			s.m.say(why)
		case done:
			return s.submit()
		}
		return nil
	}
	switch name {
	case "s":
		s.begin(JobSync)
	case "f":
		s.begin(JobIngest)
	case "d":
		return s.demo()
	case "q":
		return s.m.leave()
	case "esc", "[":
		return s.m.step(-1)
	case "?":
		s.m.show(newHelpDialog(s.m.env, nil))
	default:
		if a := s.m.keys.action(everywhere, name); s.can(a).ok {
			return s.act(a)
		}
	}
	return nil
}

func (s *startScreen) paste(text string) tea.Cmd {
	if f := s.form; f != nil {
		s.m.typeText(f.field(), text)
		return nil
	}
	return s.update(tea.PasteMsg{Content: text})
}

// submit makes a case named after the source, and begins the job.
func (s *startScreen) submit() tea.Cmd {
	job, name, err := s.form.job()
	s.form = nil
	if err != nil {
		s.m.complain(err)
		return nil
	}
	home := s.m.opt.Home
	return start(s.m.env, &s.work, "making the case", func(ctx context.Context) (Backend, error) { return home.New(ctx, name) }, func(b Backend, err error) tea.Cmd {
		if err != nil {
			s.m.complain(err)
			return nil
		}
		s.m.opt.At = &Place{Screen: screenSources}
		return tea.Batch(s.m.opened(b), s.m.startJob(job))
	})
}

func (s *startScreen) view(w, h int) string {
	st := s.m.styles
	margin := min(w/20, 6)
	room := w - 2*margin
	var lines []string
	if s.form != nil {
		lines = append(lines, st.Strong.Render(s.form.title()), "")
		lines = append(lines, s.form.lines(st, min(room, 100))...)
		if s.form.kind == JobSync {
			lines = append(lines, s.profileLines(room)...)
		}
		lines = append(lines, st.Muted.Render("enter goes on · esc back"))
	} else {
		lines = s.choiceLines(room)
	}
	s.shift = min(max(0, (h-len(lines))/3), 3)
	lines = append(make([]string, s.shift), lines...)
	if s.form == nil {
		// What is chosen stays visible; a short terminal loses what is said around it.
		if at := s.shift + slices.Index(s.rows, s.at); at >= h {
			lines = lines[at-h+1:]
			s.shift -= at - h + 1
		}
	}
	return sheet(indent(lines, strings.Repeat(" ", margin)), w, h)
}

// choiceLines are the ways to a case, w cells wide. Which choice a line is, is noted for
// the mouse.
func (s *startScreen) choiceLines(w int) []string {
	st := s.m.styles
	var lines []string
	s.rows = nil
	add := func(choice int, text string) {
		lines, s.rows = append(lines, text), append(s.rows, choice)
	}
	line := func(i int, key, what string, wide int, detail string) {
		what = fit("  "+fit(key, 4)+what, wide)
		detail = clipped(detail, w-wide-1)
		if i == s.at {
			add(i, st.Cursor.Render(fit(st.Glyphs.Cursor+what+detail, w)))
		} else {
			add(i, " "+what+st.Muted.Render(detail))
		}
	}
	const label = 32
	add(-1, st.Strong.Render("Start a case"))
	line(0, "s", "from an S3 bucket", label, "the trail of your organization or account")
	line(1, "f", "from files or a folder", label, ".json .json.gz .zip .tar.gz, event history as .csv or .json")
	line(2, "d", "try the sample incident", label, "six stories in three accounts, no AWS account needed")
	if len(s.cases) > 0 {
		add(-1, "")
		add(-1, st.Strong.Render("Open"))
		name := label
		for _, c := range s.cases {
			name = max(name, min(len([]rune(c.Name))+9, w/2))
		}
		for i, c := range s.cases {
			line(3+i, " ", analysis.Clean(c.Name), name, s.caseWords(c, w-name))
		}
	}
	add(-1, "")
	for _, l := range wrap("trailbench reads S3 with your own AWS credentials and keeps everything in one folder on this machine. It sends nothing anywhere and never writes to AWS; of the bucket it asks List and Get, nothing else.", min(w, 100)) {
		add(-1, st.Muted.Render(l))
	}
	for _, l := range s.profileLines(w) {
		add(-1, l)
	}
	return lines
}

// caseWords say of a case what fits: how large, when it was opened, where it is.
func (s *startScreen) caseWords(c CaseInfo, w int) string {
	events, opened := "", ""
	if c.Events > 0 {
		events = plural(c.Events, "event")
	}
	if !c.Opened.IsZero() {
		opened = "opened " + s.m.ago(c.Opened) + " ago"
	}
	switch {
	case w < 36:
		return events
	case w < 60:
		return fit(events, 18) + opened
	}
	return fit(events, 18) + fit(opened, 18) + analysis.Clean(c.Dir)
}

// profileLines name the profiles of the AWS configuration, for --profile.
func (s *startScreen) profileLines(w int) []string {
	if len(s.profiles) == 0 {
		return nil
	}
	var words []string
	for _, p := range s.profiles {
		word := analysis.Clean(p.Name)
		if p.Detail != "" {
			word += " (" + analysis.Clean(p.Detail) + ")"
		}
		words = append(words, word)
	}
	const head = "Profiles found   "
	lines := []string{""}
	for i, l := range wrap(strings.Join(words, "   "), w-len(head)) {
		before := strings.Repeat(" ", len(head))
		if i == 0 {
			before = head
		}
		lines = append(lines, s.m.styles.Muted.Render(before+l))
	}
	return lines
}

// statusText is where the case under the cursor is, which a narrow list leaves out.
func (s *startScreen) statusText() string {
	if i := s.at - 3; s.form == nil && i >= 0 && i < len(s.cases) {
		return analysis.Clean(s.cases[i].Dir)
	}
	return ""
}

// cannotOpen says why a case is not open; where another process holds it, waits for it.
func (m *Model) cannotOpen(err error, open func(context.Context) (Backend, error)) tea.Cmd {
	m.fault = err
	m.retry = open
	if m.backend != nil || m.screen() != nil {
		m.complain(err)
		m.fault = nil
	}
	return nil
}

// faultView is why no case is open.
func (m *Model) faultView(w, h int) string {
	st := m.styles
	lines := []string{"", ""}
	title := "The case cannot be opened"
	if errors.Is(m.fault, analysis.ErrBusy) {
		title = "The case is held by another process"
	}
	lines = append(lines, "   "+st.Error.Render(st.Glyphs.Warn+" "+title), "")
	for _, l := range wrap(analysis.Clean(m.fault.Error()), w-8) {
		lines = append(lines, "     "+l)
	}
	for _, hint := range analysis.Hints(m.fault) {
		for _, l := range wrap(analysis.Clean(hint), w-8) {
			lines = append(lines, "     "+st.Muted.Render(l))
		}
	}
	lines = append(lines, "", "     "+st.Key.Render("r")+"   try again", "     "+st.Key.Render("o")+"   open another case", "     "+st.Key.Render("q")+"   quit")
	return sheet(lines, w, h)
}
