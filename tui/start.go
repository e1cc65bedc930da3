package tui

import (
	"context"
	"errors"
	"strings"

	"charm.land/bubbles/v2/textinput"
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
	form     *startForm
}

// startForm asks the one or two lines that a source needs.
type startForm struct {
	kind   JobKind
	fields []formField
	at     int
}

type formField struct {
	label, help string
	input       textinput.Model
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
		switch i := mouse.y - 3; {
		case i >= 0 && i < 3:
			s.at = i
			return s.enter()
		case i >= 5 && i-5 < len(s.cases):
			s.at = i - 2
			return s.enter()
		}
	}
	return nil
}

func (s *startScreen) place() Place     { return Place{Screen: screenStart} }
func (s *startScreen) title() string    { return "Start" }
func (s *startScreen) subject() subject { return subject{} }
func (s *startScreen) hints() []action  { return []action{actEnter, actQuit} }

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
func (s *startScreen) begin(kind JobKind) {
	f := &startForm{kind: kind}
	field := func(label, help string) { f.fields = append(f.fields, formField{label, help, newInput("")}) }
	switch kind {
	case JobSync:
		field("bucket", "s3://bucket or s3://bucket/prefix; flags of trailbench sync may follow, such as --profile ir-readonly")
		field("since", "how far back: -14d, 2026-01-15; empty is everything")
	case JobIngest:
		field("files", "paths of files, folders or archives")
	}
	s.form = f
}

// typing: letters choose while no form is open, so the screen takes every key itself.
func (s *startScreen) typing() bool { return true }

func (s *startScreen) key(k tea.KeyPressMsg) tea.Cmd {
	name := keyName(k)
	if f := s.form; f != nil {
		switch name {
		case "esc":
			s.form = nil
		case "enter":
			if f.at == 0 && strings.TrimSpace(f.fields[0].input.Value()) == "" {
				s.m.say("write " + f.fields[0].help)
				return nil
			}
			if f.at++; f.at == len(f.fields) {
				return s.submit()
			}
		case "up", "shift+tab":
			f.at = max(0, f.at-1)
		case "down", "tab":
			f.at = min(len(f.fields)-1, f.at+1)
		default:
			f.fields[f.at].input, _ = f.fields[f.at].input.Update(k)
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
		typeText(&f.fields[f.at].input, text)
		return nil
	}
	return s.update(tea.PasteMsg{Content: text})
}

// submit makes a case named after the source, and begins the job.
func (s *startScreen) submit() tea.Cmd {
	f := s.form
	s.form = nil
	job, name, err := jobOf(f.kind, f.fields[0].input.Value(), valueAt(f.fields, 1))
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

func valueAt(fields []formField, i int) string {
	if i < len(fields) {
		return fields[i].input.Value()
	}
	return ""
}

// jobOf reads what was typed: an address or paths, with flags behind it.
func jobOf(kind JobKind, text, since string) (Job, string, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Job{}, "", errors.New("nothing was written")
	}
	job := Job{Kind: kind, Since: strings.TrimPrefix(strings.TrimSpace(since), "-"), Detect: true}
	if kind == JobIngest {
		job.Paths = []string{strings.TrimSpace(text)}
		parts := strings.FieldsFunc(words[0], func(r rune) bool { return r == '/' || r == '\\' })
		name := "case"
		if len(parts) > 0 {
			name = parts[len(parts)-1]
		}
		return job, name, nil
	}
	job.URI, job.Flags = words[0], words[1:]
	if !strings.HasPrefix(job.URI, "s3://") {
		job.URI = "s3://" + job.URI
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(job.URI, "s3://"), "/")
	return job, name, nil
}

func (s *startScreen) view(w, h int) string {
	st := s.m.styles
	if f := s.form; f != nil {
		return s.formView(f, w, h)
	}
	lines := []string{"", "", st.Strong.Render("   Start a case")}
	line := func(i int, key, what, detail string) {
		text := fit("  "+key+"   "+what, 34) + detail
		if i == s.at {
			lines = append(lines, "   "+st.Cursor.Render(fit(st.Glyphs.Cursor+text, w-6)))
		} else {
			lines = append(lines, "    "+fit("  "+st.Key.Render(key)+"   "+what, 34)+st.Muted.Render(detail))
		}
	}
	line(0, "s", "from an S3 bucket", "your organization or account trail")
	line(1, "f", "from files or a folder", ".json .json.gz .zip .tar.gz, event history .csv or .json")
	line(2, "d", "try the sample incident", "six stories in three accounts, no AWS account needed")
	if len(s.cases) > 0 {
		lines = append(lines, "", st.Strong.Render("   Open"))
		for i, c := range s.cases {
			events := ""
			if c.Events > 0 {
				events = plural(c.Events, "event")
			}
			opened := ""
			if !c.Opened.IsZero() {
				opened = "opened " + s.m.ago(c.Opened) + " ago"
			}
			line(3+i, " ", analysis.Clean(c.Name), fit(events, 20)+fit(opened, 18)+analysis.Clean(c.Dir))
		}
	}
	lines = append(lines, "")
	for _, l := range wrap("trailbench reads S3 with your own AWS credentials and keeps everything in one folder on this machine. It sends nothing anywhere, never writes to AWS, and asks before any call other than List and Get on that bucket.", min(w-8, 100)) {
		lines = append(lines, st.Muted.Render("   "+l))
	}
	if len(s.profiles) > 0 {
		var words []string
		for _, p := range s.profiles {
			words = append(words, analysis.Clean(p.Name)+" ("+analysis.Clean(p.Detail)+")")
		}
		lines = append(lines, "")
		for i, l := range wrap(strings.Join(words, "   "), w-26) {
			head := "                    "
			if i == 0 {
				head = "   Profiles found   "
			}
			lines = append(lines, st.Muted.Render(head+l))
		}
	}
	return sheet(lines, w, h)
}

func (s *startScreen) formView(f *startForm, w, h int) string {
	st := s.m.styles
	title := "From an S3 bucket"
	if f.kind == JobIngest {
		title = "From files or a folder"
	}
	lines := []string{"", "", st.Strong.Render("   " + title), ""}
	for i := range f.fields {
		field := &f.fields[i]
		field.input.SetWidth(max(w-20, 20))
		value := field.input.Value()
		if i == f.at {
			value = field.input.View()
		}
		cursor := "   "
		if i == f.at {
			cursor = " " + st.Accent.Render(st.Glyphs.Cursor) + " "
		}
		lines = append(lines, cursor+fit(field.label, 10)+value)
		for _, l := range wrap(field.help, w-16) {
			lines = append(lines, st.Muted.Render("             "+l))
		}
		lines = append(lines, "")
	}
	lines = append(lines, st.Muted.Render("   enter goes on · esc back"))
	return sheet(lines, w, h)
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
