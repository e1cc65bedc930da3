package tui

import (
	"encoding/json"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// screen is one page. The root builds it from a [Place], sends it what happens, and asks
// it for its place again when the analyst leaves, so that going back restores it.
//
// Update is the only caller: a screen needs no locks, and never waits in any method but
// starts a task.
type screen interface {
	// init starts what the screen needs; also called again after the evidence changed.
	init() tea.Cmd
	// update takes messages that are no keys of the key map: mouse, marks that changed, …
	update(msg tea.Msg) tea.Cmd
	// act carries out an action of the key map. It is called only where can allows it.
	act(a action) tea.Cmd
	// can says whether an action makes sense now: yes, no (the screen has no such
	// thing), or not now with the reason.
	can(a action) can
	// view draws the screen, exactly w cells wide and h lines high.
	view(w, h int) string
	// place is where the screen stands, whole.
	place() Place
	// title is its part of the breadcrumb.
	title() string
	// subject is what the cursor is on, for pivots, notes and copying.
	subject() subject
	// close cancels its work. It may be shown again afterwards, with init.
	close()
}

// typist is a screen or a dialog with a text field: while it has the focus, keys that
// write are text, not commands.
type typist interface {
	// typing reports whether a text field has the focus.
	typing() bool
	// key is given every key press while it does.
	key(k tea.KeyPressMsg) tea.Cmd
	// paste is given pasted text.
	paste(text string) tea.Cmd
}

// can is whether an action can be carried out.
type can struct {
	ok     bool
	reason string // why not now; "" where it makes no sense at all
}

func yes() can              { return can{ok: true} }
func no() can               { return can{} }
func notNow(why string) can { return can{reason: why} }

// screenName names a kind of screen, also in saved sessions.
type screenName string

// The screens.
const (
	screenOverview   screenName = "overview"
	screenFindings   screenName = "findings"
	screenStories    screenName = "stories"
	screenStory      screenName = "story"
	screenEvents     screenName = "events"
	screenEvent      screenName = "event"
	screenPrincipals screenName = "principals"
	screenPrincipal  screenName = "principal"
	screenSessions   screenName = "sessions"
	screenKeys       screenName = "access-keys"
	screenKey        screenName = "key"
	screenChain      screenName = "chain"
	screenIPs        screenName = "ips"
	screenIP         screenName = "ip"
	screenResources  screenName = "resources"
	screenResource   screenName = "resource"
	screenOperations screenName = "operations"
	screenNew        screenName = "new"
	screenTop        screenName = "top"
	screenSQL        screenName = "sql"
	screenCase       screenName = "case"
	screenSources    screenName = "sources"
	screenObjects    screenName = "objects"
	screenCompare    screenName = "compare"
	screenFinding    screenName = "finding"
	screenPosture    screenName = "posture"
)

// Place is where the analyst stands, whole: what is shown, narrowed and ordered how, with
// the cursor where. It is a plain value, which is kept in the history and saved with the
// case.
type Place struct {
	Screen screenName    `json:"screen"`
	ID     string        `json:"id,omitempty"` // of the event, principal, address, …
	List   analysis.List `json:"list,omitzero"`
	// Title is the part of the breadcrumb, where the screen alone does not say it.
	Title string `json:"title,omitempty"`
	// Trail is the breadcrumb before it.
	Trail []string `json:"trail,omitempty"`
	// State is what else the screen needs to be as it was; its form is the screen's.
	State json.RawMessage `json:"state,omitempty"`
}

// subject is what the cursor is on.
type subject struct {
	// Value and what it is: the cell, the field of a record.
	value  string
	entity analysis.EntityKind
	// column and field are where the value stands: the column of a list, and the field
	// of the filter grammar that compares it; "" for none.
	column, field string
	of            analysis.ListOf // whose field that is
	// ref is what a star or note is for: the row as a whole. Zero for none.
	ref analysis.Ref
	// row has the values of the row by column, for pivots from other cells of it.
	row map[string]any
	// list is what is shown; zero where it is none.
	list analysis.List
	// within is the list that = and ! narrow, where that is not the list itself: the one
	// that a record was opened from.
	within analysis.List
	// json is the row as it is copied, where that is not put together from row: a record
	// as delivered.
	json string
	// chosen are the refs of the selected rows; none when no row is.
	chosen []analysis.Ref
	// text is the row for copying: cells with tabs between.
	text string
}

// narrows is the list that = and ! narrow.
func (s subject) narrows() analysis.List {
	if s.within.Of != "" {
		return s.within
	}
	return s.list
}
