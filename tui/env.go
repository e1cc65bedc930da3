package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
	"github.com/trailbench/trailbench/tui/theme"
)

// env is what all screens share. Only Update changes it.
type env struct {
	ctx     context.Context
	backend Backend
	retired []Backend // cases that were shown before; closed at the end
	keys    keymap
	styles  theme.Styles
	now     func() time.Time
	author  string
	environ func(string) string

	width, height int // that screens are laid out for: of the terminal, or the smallest there is
	info          Info
	infoErr       error
	scope         analysis.Scope // of what is shown
	baseline      time.Time      // what the analyst set; zero is the backend's own
	zone          zone

	job     *job        // that runs now
	lastJob *jobDoneMsg // that ended last
	wrote   *wroteReport

	running map[*task]bool
	site    worksite
	// still: nothing moves by itself, for tests that look at one moment.
	still bool

	queue []tea.Msg

	undo []undoable
	redo []undoable
}

// zone is how times are shown.
type zone int

const (
	zoneUTC zone = iota
	zoneLocal
	zoneRelative
)

func (z zone) String() string { return [...]string{"UTC", "local", "relative"}[z] }

// rezone shows the times of a table in another zone than before, if there is one. shown is
// the zone in which they are.
func (e *env) rezone(shown *zone, t *table.Table, row func(i int) (table.Row, bool)) {
	if *shown != e.zone {
		*shown = e.zone
		t.Redraw(row)
	}
}

// undoable is a change that can be taken back.
type undoable struct {
	what string
	back func() tea.Cmd
	do   func() tea.Cmd
}

// did notes a change that can be taken back.
func (e *env) did(u undoable) {
	const keep = 200
	e.undo = append(e.undo, u)
	if len(e.undo) > keep {
		e.undo = e.undo[1:]
	}
	e.redo = nil
}

// Messages by which screens ask the root for something.
type (
	// openMsg asks for a place to be shown; the present one can be gone back to.
	openMsg struct{ place Place }
	// statusMsg shows a sentence in the status line for a while.
	statusMsg struct {
		text string
		bad  bool
	}
	// dialogMsg opens a dialog over the screen.
	dialogMsg struct{ dialog dialog }
	// closeDialogMsg closes the dialog on top.
	closeDialogMsg struct{}
	// actMsg carries out an action as if its key had been pressed.
	actMsg struct{ action action }
	// scopeMsg sets the scope of what is shown, and of what is opened from there.
	scopeMsg struct{ scope analysis.Scope }
	// caseMsg opens another case.
	caseMsg struct {
		open func(context.Context) (Backend, error)
	}
	// themeMsg changes the theme.
	themeMsg struct{ name string }
	// jobMsg starts a job in the background.
	jobMsg struct{ job Job }
	// editMsg opens text in $EDITOR and hands what it was made into to done.
	editMsg struct {
		text, ending string
		done         func(string) tea.Cmd
	}
	// viewsChangedMsg says that a view was saved.
	viewsChangedMsg struct{}
	// marksChangedMsg says that stars, notes, tags or verdicts are not what they were.
	marksChangedMsg struct{}
	// evidenceChangedMsg says that there are other events than before.
	evidenceChangedMsg struct{}
)

// post has the root take a message at once, still in the present call of Update: what
// is typed next already meets its effect.
func (e *env) post(msg tea.Msg) { e.queue = append(e.queue, msg) }

// leads opens the place that a row or value leads to; where there is none, it says so.
func (e *env) leads(p Place) {
	if p.Screen == "" {
		e.say("this row leads nowhere")
		return
	}
	e.open(p)
}

func (e *env) open(p Place)              { e.post(openMsg{p}) }
func (e *env) say(text string)           { e.post(statusMsg{text: text}) }
func (e *env) complain(err error)        { e.post(statusMsg{text: sentence(err), bad: true}) }
func (e *env) show(d dialog)             { e.post(dialogMsg{d}) }
func (e *env) closeDialog()              { e.post(closeDialogMsg{}) }
func (e *env) perform(a action)          { e.post(actMsg{a}) }
func (e *env) setScope(s analysis.Scope) { e.post(scopeMsg{s}) }
