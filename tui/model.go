package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// Options say what the workbench opens with.
type Options struct {
	// Home is what there is before a case is open.
	Home Home
	// Open opens the case that was asked for; nil shows the first-run screen.
	Open func(context.Context) (Backend, error)
	// At is shown first, instead of where the analyst left off.
	At *Place
	// Begin is a job to start once the case is open.
	Begin *Job
	// Opening says what is being done until the case is open; "" is just that.
	Opening string
	// Scope narrows what is shown first.
	Scope analysis.Scope
	// Fresh leaves out where the analyst left off.
	Fresh bool

	Theme   string // one of theme.Names; "" follows the terminal
	ASCII   bool
	NoColor bool
	NoMouse bool
	Local   bool   // times in the local zone
	Author  string // of stars, notes and verdicts
	Now     func() time.Time
	// Environ looks up environment variables: EDITOR, PAGER, TMUX, DISPLAY.
	Environ func(string) string
	// Still: nothing moves by itself. For tests that look at one moment.
	Still bool
}

// Model is the whole workbench as a Bubble Tea model.
type Model struct {
	*env
	opt       Options
	look      theme.Options
	plain     *strings.Replacer // nil where the terminal shows more than ASCII
	terminal  tea.WindowSizeMsg // its size, also where that is too small for screens
	history   history
	dialogs   []dialog
	status    statusMsg
	refreshed time.Time // when new events were shown last while a job brought them in
	mouse     bool
	hits      []hit // what a click on the frame does, as last drawn
	opening   task
	infos     task
	frame     int // of the spinner
	ticking   bool
	stopped   time.Time // when ctrl+c was pressed last
	fault     error     // why no case is open
	retry     func(context.Context) (Backend, error)
	saved     string // the session as last saved
	saving    task
	quit      bool

	lastClick tea.Mouse
	clicked   time.Time
}

// doubleClick is how soon a second click is one with the first.
const doubleClick = 400 * time.Millisecond

// New builds the model. Run it with tea.NewProgram, or drive it by hand.
func New(ctx context.Context, opt Options) *Model {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Environ == nil {
		opt.Environ = func(string) string { return "" }
	}
	m := &Model{
		env: &env{
			ctx: ctx, keys: newKeymap(bindings()), now: opt.Now, author: opt.Author, scope: opt.Scope,
			running: map[*task]bool{}, still: opt.Still, width: 120, height: 36, environ: opt.Environ,
		},
		opt:      opt,
		terminal: tea.WindowSizeMsg{Width: 120, Height: 36},
		look:     theme.Options{Name: opt.Theme, ASCII: opt.ASCII, NoColor: opt.NoColor},
		mouse:    !opt.NoMouse,
	}
	if opt.ASCII {
		m.plain = theme.ASCII()
	}
	if opt.Local {
		m.zone = zoneLocal
	}
	m.styles = theme.New(m.look)
	return m
}

// Init opens the case. The first frame does not wait for it.
func (m *Model) Init() tea.Cmd {
	ask := tea.Cmd(tea.RequestBackgroundColor)
	if m.still {
		ask = nil
	}
	if m.opt.Open == nil {
		return tea.Batch(ask, m.showStart())
	}
	return tea.Batch(ask, m.openCase(m.opt.Open))
}

// openCase opens a case in the background and shows it.
func (m *Model) openCase(open func(context.Context) (Backend, error)) tea.Cmd {
	m.fault = nil
	if m.opt.Opening == "" {
		m.opt.Opening = "opening the case"
	}
	return start(m.env, &m.opening, m.opt.Opening, open, func(b Backend, err error) tea.Cmd {
		if err != nil {
			return m.cannotOpen(err, open)
		}
		return m.opened(b)
	})
}

// opened shows a case, where the analyst left off.
func (m *Model) opened(b Backend) tea.Cmd {
	if m.backend != nil {
		m.retired = append(m.retired, m.backend)
	}
	m.backend = b
	for _, e := range m.history.entries {
		e.drop()
	}
	m.history = history{}
	// What was done and can be undone belongs to the case before.
	m.lastJob, m.wrote, m.undo, m.redo = nil, nil, nil, nil
	if begin := m.opt.Begin; begin != nil {
		m.opt.Begin = nil
		m.post(jobMsg{*begin})
	}
	if m.opt.At != nil {
		return tea.Batch(m.refreshInfo(), m.goTo(*m.opt.At))
	}
	if m.opt.Fresh {
		return tea.Batch(m.refreshInfo(), m.goTo(Place{Screen: screenOverview}))
	}
	return tea.Batch(m.refreshInfo(), start(m.env, &m.opening, "looking where you left off", b.Session, func(state string, err error) tea.Cmd {
		// Who was quicker stays where they went to, with where they left off behind.
		quick := m.history
		restored := err == nil && m.restore(state)
		switch {
		case quick.current() != nil && restored:
			m.history.entries = append(m.history.entries, quick.entries...)
			m.history.at += 1 + quick.at
			return nil
		case quick.current() != nil:
			return nil
		case restored:
			return m.shown()
		}
		return m.goTo(Place{Screen: screenOverview})
	}))
}

// refreshInfo asks what the frame shows of the case.
func (m *Model) refreshInfo() tea.Cmd {
	scope := m.scope
	return start(m.env, &m.infos, "", func(ctx context.Context) (Info, error) {
		return m.backend.Info(ctx, scope)
	}, func(i Info, err error) tea.Cmd {
		if err != nil {
			m.infoErr = err
			return nil
		}
		if i.Problem != "" && i.Problem != m.info.Problem {
			m.post(statusMsg{text: analysis.Clean(i.Problem), bad: true})
		}
		m.info, m.infoErr = i, nil
		return nil
	})
}

// Update takes one message and everything that follows from it at once.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmds := []tea.Cmd{m.handle(msg)}
	for len(m.queue) > 0 {
		next := m.queue[0]
		m.queue = m.queue[1:]
		cmds = append(cmds, m.handle(next))
	}
	return m, tea.Batch(cmds...)
}

func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.terminal = msg
		m.width, m.height = max(msg.Width, minWidth), max(msg.Height, minHeight)
		return m.tell(msg)
	case tea.BackgroundColorMsg:
		m.look.Light = !msg.IsDark()
		m.styles = theme.New(m.look)
	case tea.ColorProfileMsg:
		m.look.Sixteen = msg.Profile == colorprofile.ANSI
		m.styles = theme.New(m.look)
	case taskDoneMsg:
		return msg.deliver(m.env)
	case slowMsg, tickMsg:
		return m.tick(msg)
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.MouseMsg:
		return m.mouseEvent(msg)
	case openMsg:
		return m.goTo(msg.place)
	case statusMsg:
		m.status = msg
	case dialogMsg:
		m.dialogs = append(m.dialogs, msg.dialog)
		return msg.dialog.init()
	case closeDialogMsg:
		m.popDialog()
	case actMsg:
		return m.act(msg.action)
	case scopeMsg:
		return m.rescope(msg.scope)
	case themeMsg:
		m.look.Name = msg.name
		m.styles = theme.New(m.look)
	case takeMsg:
		return m.take(msg.action)
	case starMsg:
		return m.star(subject{chosen: msg.refs})
	case copyMsg:
		return m.copyText(msg.text)
	case editMsg:
		return m.withFile(m.editor(), msg.text, msg.ending, msg.done)
	case fileDoneMsg:
		return m.fileDone(msg)
	case jobMsg:
		return m.startJob(msg.job)
	case lookMsg:
		m.show(&lookDialog{e: m.env, asks: msg})
	case jobStepMsg:
		return m.jobStep(msg)
	case jobDoneMsg:
		return m.jobDone(msg)
	case caseMsg:
		return m.openCase(msg.open)
	case marksChangedMsg, evidenceChangedMsg:
		return tea.Batch(m.refreshInfo(), m.tell(msg))
	case tea.QuitMsg:
		m.quit = true
	default:
		return m.tell(msg)
	}
	return nil
}

// tell passes a message to the screen that is shown.
func (m *Model) tell(msg tea.Msg) tea.Cmd {
	if s := m.screen(); s != nil {
		return s.update(msg)
	}
	return nil
}

// screen is the one that is shown, nil before a case is open.
func (m *Model) screen() screen {
	if e := m.history.current(); e != nil {
		return e.screen
	}
	return nil
}

func (m *Model) popDialog() {
	if n := len(m.dialogs); n > 0 {
		m.dialogs[n-1].close()
		m.dialogs = m.dialogs[:n-1]
	}
}

// tickMsg moves the spinner.
type tickMsg struct{}

// tick keeps the spinner turning while something slow runs.
func (m *Model) tick(msg tea.Msg) tea.Cmd {
	if _, first := msg.(slowMsg); first && m.ticking {
		return nil
	}
	m.ticking = false
	if m.slowest().IsZero() && m.job == nil {
		return nil
	}
	m.frame++
	m.ticking = true
	return tea.Tick(120*time.Millisecond, func(time.Time) tea.Msg { return tickMsg{} })
}

// slowest is when the oldest work that is worth a spinner began.
func (m *Model) slowest() time.Time {
	var oldest time.Time
	for t := range m.running {
		if oldest.IsZero() || t.since.Before(oldest) {
			oldest = t.since
		}
	}
	if !oldest.IsZero() && m.now().Sub(oldest) < slow {
		return time.Time{}
	}
	return oldest
}

// rescope sets the scope of what is shown. It can be undone.
func (m *Model) rescope(scope analysis.Scope) tea.Cmd {
	before := m.scope
	set := func(s analysis.Scope) func() tea.Cmd {
		return func() tea.Cmd {
			m.scope = s
			if e := m.history.current(); e != nil {
				e.place = e.screen.place()
				e.place.List.Scope = s
				return tea.Batch(m.refreshInfo(), m.rebuild(e))
			}
			return m.refreshInfo()
		}
	}
	m.did(undoable{what: "scope", back: set(before), do: set(scope)})
	return set(scope)()
}

// Leave keeps where the analyst is, for the case that the program ends without being
// asked: a terminal that went away, a panic.
func (m *Model) Leave(ctx context.Context) error {
	if m.backend == nil || m.history.current() == nil {
		return nil
	}
	state := m.sessionState()
	if state == m.saved {
		return nil
	}
	return m.backend.SaveSession(ctx, state)
}

// Close stops all work and waits for it, then closes the cases that were open.
func (m *Model) Close() error {
	for t := range m.running {
		t.stop(m.env)
	}
	m.site.shut()
	var all []error
	for _, b := range append(m.retired, m.backend) {
		if b != nil {
			all = append(all, b.Close())
		}
	}
	return errors.Join(all...)
}
